//! Every fault there is, with its words. Codes are a promise: one is added, never changed.

/// A sentence in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Japanese.
    pub ja: &'static str,
}

macro_rules! codes {
    ($($name:ident $code:literal $en:literal / $ja:literal;)*) => {
        /// What can be wrong at a place of a file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $en] $name,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The word the database and the API use.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }

            /// Reads the word. None when there is no such code.
            pub fn parse(text: &str) -> Option<Code> {
                match text { $($code => Some(Code::$name),)* _ => None }
            }

            /// What is wrong, in words.
            pub const fn words(self) -> Words {
                match self { $(Code::$name => Words { en: $en, ja: $ja },)* }
            }
        }
    };
}

codes! {
    Encoding "encoding" "The bytes from here on are no text in the file's encoding." / "ここから先は、このファイルの文字コードとして読めません。";
    TenantColumn "tenant_column" "A file must not say whose slips they are: the biller follows from the login. Remove the column." / "収納企業 (委託者) の列は入れられません。収納企業はログインで決まります。列を除いてください。";
    UnknownColumn "unknown_column" "There is no column of this name; it is not ignored." / "この名前の列はありません。無視はしません。";
    RepeatedColumn "repeated_column" "The column is there twice." / "同じ列が二度あります。";
    MissingColumn "missing_column" "A column that must be there is missing." / "必要な列がありません。";
    NoRows "no_rows" "There is no row." / "明細がありません。";
    CellCount "cell_count" "The line has another number of cells than the header." / "列の数が見出しと違います。";
    RecordTooLong "record_too_long" "The line is longer than 64 KiB or 1,024 cells: a quotation mark may not be closed. Nothing behind it was read." / "行が64 KiBまたは1,024列を超えています。引用符が閉じられていない可能性があります。これより後は読んでいません。";
    BlankRow "blank_row" "A blank line stands between rows." / "明細の間に空の行があります。";
    Missing "missing" "A value is missing." / "値がありません。";
    ExcelNumber "excel_number" "A spreadsheet has turned the number into 1.2E+15 and lost digits. Format the column as text and enter it again." / "表計算ソフトが指数表示 (1.2E+15) にし、桁が失われています。列を文字列にして入力し直してください。";
    LostZeros "lost_zeros" "Fewer than 16 digits: a spreadsheet may have dropped zeros at the front. Nothing is filled in." / "16桁に足りません。先頭の0が失われた可能性があります。補いません。";
    BillNumber "bill_number" "Must be exactly 16 digits." / "16桁の数字にしてください。";
    ReissueNumber "reissue_number" "Must be 0 to 9." / "0から9にしてください。";
    CustomerNumber "customer_number" "Must be 1 to 20 printable ASCII characters without spaces." / "空白なしの ASCII 図形文字1から20字にしてください。";
    CustomerName "customer_name" "Must be 1 to 40 characters." / "1から40字にしてください。";
    DueDate "due_date" "Must be a day of 2000 to 2098 as YYYY-MM-DD or YYYY/MM/DD, or empty." / "2000年から2098年の日を YYYY-MM-DD か YYYY/MM/DD にするか、空にしてください。";
    DueDateOver "due_date_over" "The day is over." / "過去の日付です。";
    AmountYen "amount_yen" "Must be 1 to 300000, in digits only." / "1から300000を数字だけで書いてください。";
    ConsumptionTaxYen "consumption_tax_yen" "Must be 0 or more and less than the amount, in digits only, or empty." / "0以上かつ請求金額未満を数字だけで書くか、空にしてください。";
    NotKept "not_kept" "This text is printed from the biller's own settings; a slip has none of its own. Leave the column empty." / "この文言は収納企業の設定から印刷され、払込票ごとには持てません。空にしてください。";
    ControlCharacter "control_character" "Holds a control character or a line break." / "制御文字か改行が入っています。";
    DirectionMark "direction_mark" "Holds an invisible character that reorders or joins text." / "文字の並びを変える見えない文字が入っています。";
    PrivateCharacter "private_character" "Holds a character of nobody's standard (外字): no font can print it." / "外字が入っています。印刷できません。";
    LostCharacter "lost_character" "Holds U+FFFD: a character was lost before the file came here." / "文字化け (U+FFFD) が入っています。";
    NoGlyph "no_glyph" "Holds a character that no font of ours can print; the value says which, counted from 1." / "印刷できない文字があります。値の先頭の数が、何字目かを示します。";
    FullWidth "full_width" "Full-width digits were read as plain ones." / "全角の数字を半角として読みました。";
    ShortDate "short_date" "A day without zeros at the front was read as YYYY/MM/DD." / "0のない日付を YYYY/MM/DD として読みました。";
    RepeatedInFile "repeated_in_file" "The same bill number and reissue number stand in the file before." / "同じ請求番号・再発行区分が前の行にあります。";
    Exists "exists" "The slip is registered already." / "登録済みの払込票です。";
    RecordLength "record_length" "The record is not 120 bytes long." / "レコードが120バイトではありません。";
    RecordOrder "record_order" "Records must be 1, then 2, then 8, and 9 at the end." / "レコード区分は 1・2・8 の順とし、最後を 9 にしてください。";
    PaymentKind "payment_kind" "The kind must be 01, 02 or 03." / "種別は 01・02・03 にしてください。";
    PaidOn "paid_on" "The day of payment is no day." / "収納日が日付ではありません。";
    PaidAt "paid_at" "The time of payment is no time." / "収納時刻が時刻ではありません。";
    Barcode "barcode" "The barcode is not 44 digits that begin with 91." / "バーコードが 91 で始まる44桁の数字ではありません。";
    PaidAmount "paid_amount" "The amount is not 0 to 999999." / "金額が0から999999ではありません。";
    OtherDay "other_day" "A day of the settlement is no day." / "取得日・振込日などが日付ではありません。";
    StoreCode "store_code" "The code of a chain or a store is not made of digits and letters." / "CVSコード・店舗コードが英数字ではありません。";
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_reads_back_and_speaks_both_languages() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            let words = code.words();
            assert!(words.en.ends_with('.') && words.ja.ends_with('。'), "{code:?}");
        }
        assert_eq!(Code::parse("nothing"), None);
    }
}
