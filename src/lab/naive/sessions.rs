//! The twin's sessions, with the accident's mistake.

use std::collections::HashMap;

/// What a browser sends to be known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cookie(u32);

/// What the service remembers of a visitor. It can be cleared while its cookie lives on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    user: String,
    /// The condition of every list: only rows of this tenant. Nothing says what its absence means.
    pub(super) tenant_filter: Option<i32>,
}

impl Session {
    fn clear(&mut self) {
        self.tenant_filter = None;
    }
}

/// Sessions by cookie.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    live: HashMap<Cookie, Session>,
    next: u32,
}

impl Sessions {
    /// Logs in. **The mistake:** the user's other session is cleared, not ended: its cookie goes on
    /// working, with a session that knows nothing any more.
    pub(super) fn log_in(&mut self, user: &str, tenant_id: i32) -> Cookie {
        self.live.values_mut().filter(|it| it.user == user).for_each(Session::clear);
        self.next += 1;
        let cookie = Cookie(self.next);
        let session = Session { user: user.to_owned(), tenant_filter: Some(tenant_id) };
        self.live.insert(cookie, session);
        cookie
    }

    /// The session of a cookie.
    pub(super) fn get(&self, cookie: Cookie) -> Option<&Session> {
        self.live.get(&cookie)
    }
}

#[cfg(test)]
mod tests {
    use super::Sessions;

    #[test]
    fn a_second_login_takes_the_condition_and_leaves_the_cookie() {
        let mut sessions = Sessions::default();
        let filter = |sessions: &Sessions, cookie| sessions.get(cookie).map(|it| it.tenant_filter);
        let first = sessions.log_in("clerk of 1", 1);
        let other = sessions.log_in("clerk of 2", 2);
        assert_eq!(filter(&sessions, first), Some(Some(1)));
        let second = sessions.log_in("clerk of 1", 1);
        assert_eq!(filter(&sessions, first), Some(None), "the accident");
        assert_eq!(filter(&sessions, second), Some(Some(1)));
        assert_eq!(filter(&sessions, other), Some(Some(2)));
    }
}
