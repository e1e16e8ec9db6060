//! Which methods an address takes: what `Allow` says where another was tried (RFC 9110, 10.2.1).

use serde_json::Value;

/// Addresses of ours that the document does not hold; all are read.
const READ: [&str; 6] = ["/api/docs", "/api/docs/{file}", "/api/openapi.json", "/health/live", "/health/ready", "/metrics"];

/// Patterns of addresses, each with the methods that it takes.
#[derive(Debug, Clone)]
pub struct Allowed(Vec<(String, Vec<String>)>);

impl Allowed {
    /// Those of the API's document, and ours beside it.
    pub fn of(document: &Value) -> Allowed {
        let paths = document["paths"].as_object().into_iter().flatten();
        let documented = paths.map(|(path, operations)| {
            let methods = operations.as_object().into_iter().flat_map(|operations| operations.keys());
            (path.clone(), methods.map(|method| method.to_uppercase()).collect())
        });
        Allowed(documented.chain(READ.map(|path| (path.to_owned(), vec!["GET".to_owned()]))).collect())
    }

    /// The methods of an address, as `Allow` lists them. Every address outside the API is the app's, and read.
    pub fn at(&self, path: &str) -> Option<String> {
        let found = self.0.iter().find(|(pattern, _)| is_like(pattern, path)).map(|(_, methods)| methods.clone());
        let is_of_api = path == "/api" || path.starts_with("/api/");
        let mut methods = found.or_else(|| (!is_of_api).then(|| vec!["GET".to_owned()]))?;
        if methods.iter().any(|method| method == "GET") {
            methods.push("HEAD".into());
        }
        methods.sort();
        Some(methods.join(", "))
    }
}

fn is_like(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), parts.next()) {
            (None, None) => return true,
            (Some(pattern), Some(part)) if pattern == part || (pattern.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_it_takes() {
        let allowed = Allowed::of(
            &serde_json::json!({ "paths": { "/api/v1/me": { "get": {}, "patch": {} }, "/api/v1/tickets/{id}/commands": { "post": {} } } }),
        );
        let at = |path: &str| allowed.at(path).unwrap_or_default();

        assert_eq!((at("/api/v1/me").as_str(), at("/api/v1/tickets/7/commands").as_str()), ("GET, HEAD, PATCH", "POST"));
        assert_eq!((at("/").as_str(), at("/solicitudes/7").as_str(), at("/health/live").as_str()), ("GET, HEAD", "GET, HEAD", "GET, HEAD"));
        for unknown in ["/api", "/api/", "/api/v1", "/api/v1/me/", "/api/v1/tickets//commands", "/api/v2/me"] {
            assert_eq!(at(unknown), "", "{unknown}");
        }
    }
}
