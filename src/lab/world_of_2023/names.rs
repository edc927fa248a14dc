//! Names of people who do not exist: common surnames and given names, joined at random.
//!
//! About one in seventeen has a character that many fonts and old encodings lack. Those are the names
//! that reports draw wrongly, so a demonstration without them would prove too little.

use crate::lab::world_of_2023::random::Random;

/// Surnames that every font has.
const SURNAMES: [&str; 48] = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
    "木村",
    "林",
    "斎藤",
    "清水",
    "山崎",
    "森",
    "池田",
    "橋本",
    "阿部",
    "石川",
    "山下",
    "中島",
    "石井",
    "小川",
    "前田",
    "岡田",
    "長谷川",
    "藤田",
    "後藤",
    "近藤",
    "村上",
    "遠藤",
    "青木",
    "坂本",
    "福田",
    "太田",
    "西村",
    "藤井",
    "岡本",
    "三浦",
    "五十嵐",
    "東海林",
];

/// Surnames with rare characters, as they stand in family registers.
const RARE_SURNAMES: [&str; 14] = [
    "髙橋", "山﨑", "𠮷田", "德田", "濵田", "渡邉", "渡邊", "齋藤", "齊藤", "髙﨑", "𠮷野", "德永",
    "濵口", "川邉",
];

/// Given names.
const GIVEN: [&str; 40] = [
    "太郎",
    "花子",
    "一郎",
    "幸子",
    "健",
    "恵子",
    "誠",
    "久美子",
    "隆",
    "陽子",
    "修",
    "智子",
    "浩",
    "真由美",
    "豊",
    "明美",
    "大輔",
    "愛",
    "翔太",
    "彩",
    "拓也",
    "美咲",
    "健太",
    "さくら",
    "蓮",
    "陽菜",
    "悠真",
    "結衣",
    "湊",
    "ひなた",
    "大和",
    "ゆかり",
    "直樹",
    "由紀",
    "和夫",
    "千代子",
    "勇",
    "節子",
    "テツオ",
    "マリ",
];

/// A name, with the wide space that Japanese forms put between its parts.
pub(super) fn person(random: &mut Random) -> String {
    let surname =
        if random.below(100) < 6 { random.pick(&RARE_SURNAMES) } else { random.pick(&SURNAMES) };
    format!("{surname}　{}", random.pick(&GIVEN))
}

/// Whether a name has one of the rare surnames.
#[cfg(test)]
pub(super) fn is_rare(name: &str) -> bool {
    RARE_SURNAMES.iter().any(|it| name.starts_with(&format!("{it}　")))
}
