//! A tenant: one biller (収納企業).

use super::{Invalid, is_forbidden_in_names};

/// The database's number for a tenant. Made by the database only; a request never names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(pub i32);

/// 収納企業コード: five digits, the one a biller types at login and that its barcodes carry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantCode(String);

impl TenantCode {
    /// Reads a code.
    ///
    /// # Errors
    /// When the text is not exactly five ASCII digits.
    pub fn new(text: &str) -> Result<TenantCode, Invalid> {
        if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(TenantCode(text.to_owned()))
        } else {
            Err(Invalid::new("tenant_code", "must be exactly 5 digits"))
        }
    }

    /// The five digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A biller's name as printed on its documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantName(String);

impl TenantName {
    /// Reads a name.
    ///
    /// # Errors
    /// When it is empty, longer than 60 characters, or holds a control or reordering character.
    pub fn new(text: &str) -> Result<TenantName, Invalid> {
        let length = text.chars().count();
        if length == 0 || 60 < length || text.chars().any(is_forbidden_in_names) {
            return Err(Invalid::new("tenant_name", "must be 1 to 60 characters without controls"));
        }
        Ok(TenantName(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
