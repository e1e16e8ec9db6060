//! The few cookies of this API, kept where no browser keeps them: by name, for one server, until they are emptied.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Default)]
pub(crate) struct Cookies(BTreeMap<String, String>);

impl Cookies {
    /// Takes one `Set-Cookie`. An empty value or `Max-Age=0` takes the cookie away; other attributes are for browsers.
    pub(crate) fn take(&mut self, set_cookie: &str) {
        let mut parts = set_cookie.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let has_ended =
            parts.any(|part| part.to_ascii_lowercase().strip_prefix("max-age=").is_some_and(|age| age.parse().unwrap_or(0) <= 0));
        if has_ended || value.is_empty() {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The value of `Cookie`, where there is any.
    pub(crate) fn header(&self) -> Option<String> {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { None } else { Some(pairs.join("; ")) }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn set(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.0.insert(name.to_owned(), value.to_owned()),
            None => self.0.remove(name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_kept_until_it_is_emptied() {
        let mut cookies = Cookies::default();
        assert_eq!(cookies.header(), None);

        cookies.take("__Host-refresh=abc=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=1209600");
        cookies.take("other=1");
        assert_eq!(cookies.header().as_deref(), Some("__Host-refresh=abc=; other=1"));
        assert_eq!(cookies.get("__Host-refresh"), Some("abc="));

        cookies.take("__Host-refresh=gone; Max-Age=0; Path=/");
        cookies.take("other=");
        cookies.take("nonsense");
        assert_eq!(cookies.header(), None);
    }
}
