//! Statements that no service should ever send: what an attacker would inject, and honest ones around it.

use shikiri::statement;

/// A file below `tests/attacks/pool`, sent with or without a seal; its last column, when it is text.
macro_rules! injected {
    ($($file:literal $name:ident),* $(,)?) => {$(
        statement! { $file,
            #[doc = "See the first line of its file."]
            pub struct $name {}
            rows_max = 1_000, owner = NoWitness("an attacker says nothing"), row = Option<String>, decode = |row| Ok(row.try_get(row.len() - 1).ok())
        }
        // An attacker who reached the login would inject there.
        impl shikiri::wall::Door for $name {}
    )*};
}

injected! {
    "../../tests/attacks/pool/backend.sql" Backend,
    "../../tests/attacks/pool/unbound_names.sql" UnboundNames,
    "../../tests/attacks/pool/keep_seal.sql" KeepSeal,
    "../../tests/attacks/pool/begin.sql" Begin,
    "../../tests/attacks/pool/begin_serializable.sql" BeginSerializable,
    "../../tests/attacks/pool/commit.sql" Commit,
    "../../tests/attacks/pool/isolation.sql" Isolation,
    "../../tests/attacks/pool/cursor_with_hold.sql" CursorWithHold,
    "../../tests/attacks/pool/fetch_loot.sql" FetchLoot,
    "../../tests/attacks/pool/temp_shadow.sql" TempShadow,
    "../../tests/attacks/pool/poison_prepared.sql" PoisonPrepared,
    "../../tests/attacks/pool/deallocate.sql" Deallocate,
    "../../tests/attacks/pool/large_objects.sql" LargeObjects,
    "../../tests/attacks/pool/listen.sql" Listen,
    "../../tests/attacks/pool/advisory_lock.sql" AdvisoryLock,
    "../../tests/attacks/pool/settings.sql" Settings,
    "../../tests/attacks/pool/state.sql" State,
    "../../tests/attacks/pool/plant_parsing.sql" PlantParsing,
    "../../tests/attacks/pool/parsed_once.sql" ParsedOnce,
    "../../tests/attacks/pool/plant_read_only.sql" PlantReadOnly,
    "../../tests/attacks/pool/plant_lock.sql" PlantLock,
}

statement! { "../../tests/attacks/pool/names.sql",
    /// An honest request.
    pub struct Names {}
    rows_max = 1_000, owner = Row, row = String, decode = |row| Ok(row.try_get("customer_name")?)
}

statement! { "../../tests/attacks/pool/numbers.sql",
    /// More rows than anybody wants.
    pub struct Numbers { rows: i32 }
    rows_max = 10, owner = NoWitness("numbers are nobody's"), row = String, decode = |row| Ok(row.try_get("n")?)
}

statement! { "../../tests/attacks/pool/foreign_rows.sql",
    /// Rows of others, from a table without a wall.
    pub struct ForeignRows {}
    rows_max = 10, owner = Row, row = String, decode = |row| Ok(row.try_get("note")?)
}

statement! { "../../tests/attacks/pool/foreign_range.sql",
    /// A count over rows of others, from a table without a wall.
    pub struct ForeignRange { tenant_low: i32 }
    rows_max = 1, owner = Range, row = i64, decode = |row| Ok(row.try_get("row_count")?)
}

statement! { "../../tests/attacks/pool/add_slip.sql",
    /// One slip more, and how long the server sleeps over it.
    pub struct AddSlip { bill_number: String, customer_name: String, seconds: f64 }
    rows_max = 1, owner = Row, row = (), decode = |_| Ok(())
}

statement! { "../../tests/attacks/pool/count.sql",
    /// The biller's slips, counted, and how long the server sleeps over it.
    pub struct Count { seconds: f64 }
    rows_max = 1, owner = Range, row = i64, decode = |row| Ok(row.try_get("row_count")?)
}
