//! Whether a message is from whom it says, as our own MTA found out (RFC 8601).
//!
//! Anybody can write an `Authentication-Results` into what they send. Believed is only the host that the administrator names, and of its fields only
//! the topmost, and others that stand above every `Received`: an MTA writes above what it takes in. An MTA that writes none for some message would
//! let a forged one stand on top, so it has to take out of what comes in every field that bears its own name (RFC 8601, section 5).

use super::headers::Headers;
use super::{Proof, Trust};
use crate::Mailbox;

const MAX_RESULTS: usize = 100;

/// What a method found, with the properties that it looked at, in lower case.
#[derive(Debug, PartialEq)]
struct Finding {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

pub fn proof(headers: &Headers, from: Option<&Mailbox>, trust: &Trust) -> Proof {
    let (Some(from), Some(host)) = (from, trust.authserv_id.filter(|host| !host.trim().is_empty())) else { return Proof::Unproven };
    let findings = believed(headers, host.trim());
    let domain = from.domain();
    let of = |method: &'static str| findings.iter().filter(move |finding| finding.method == method);
    let is_for = |finding: &Finding, names: &[&str], is_aligned: fn(&str, &str) -> bool| {
        let named = finding.properties.iter().filter(|(name, _)| names.contains(&name.as_str()));
        let mut domains = named.map(|(_, value)| domain_in(value)).peekable();
        domains.peek().is_some() && domains.all(|named| is_aligned(named, domain))
    };
    let is_dmarc_ours = |finding: &&Finding| {
        !finding.properties.iter().any(|(name, _)| name == "header.from") || is_for(finding, &["header.from"], str::eq)
    };
    match of("dmarc").find(is_dmarc_ours).map(|finding| finding.result.as_str()) {
        Some("pass") => return Proof::Proven { by: "dmarc" },
        Some("fail") => return Proof::Failed,
        _ => {}
    }
    let passed = |method, names: &[&str]| of(method).any(|finding| finding.result == "pass" && is_for(finding, names, is_relaxed));
    if passed("dkim", &["header.d"])
        || passed("dkim", &["header.i"]) && !of("dkim").any(|finding| finding.properties.iter().any(|(name, _)| name == "header.d"))
    {
        Proof::Proven { by: "dkim" }
    } else if passed("spf", &["smtp.mailfrom"]) {
        Proof::Proven { by: "spf" }
    } else if of("spf").any(|finding| finding.result == "fail" && is_for(finding, &["smtp.mailfrom"], is_relaxed)) {
        Proof::Failed
    } else {
        Proof::Unproven
    }
}

/// Of the fields that bear the name of our host: the topmost, and those above every `Received`.
fn believed(headers: &Headers, host: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut is_first = true;
    let mut is_above = true;
    for (name, value) in headers.iter() {
        is_above &= name != "received";
        if name != "authentication-results" || !(is_first || is_above) {
            continue;
        }
        if let Some((by, found)) = read(value)
            && by.eq_ignore_ascii_case(host)
        {
            is_first = false;
            findings.extend(found);
        }
    }
    findings
}

/// The host's name, and what it found. None where it is not well formed.
fn read(value: &str) -> Option<(String, Vec<Finding>)> {
    let pieces = tokens(value)?;
    let mut pieces = pieces.split(|token| token == ";");
    // After the name a version may stand, and it is 1.
    let host = match pieces.next()? {
        [host] => host,
        [host, version] if version == "1" => host,
        _ => return None,
    };
    let finding = |tokens: &[String]| {
        let [method, equals, result, rest @ ..] = tokens else { return None };
        if equals != "=" {
            return None;
        }
        let properties = rest.chunks(3).filter(|chunk| chunk.get(1).is_some_and(|equals| equals == "="));
        let properties = properties.filter_map(|chunk| Some((chunk[0].to_lowercase(), chunk.get(2)?.to_lowercase())));
        let method = method.split('/').next().unwrap_or_default().trim().to_lowercase();
        // `reason` explains the result, and is no property.
        Some(Finding { method, result: result.to_lowercase(), properties: properties.filter(|(name, _)| name != "reason").collect() })
    };
    Some((host.clone(), pieces.filter_map(finding).take(MAX_RESULTS).collect()))
}

/// Words, `=` and `;`, without comments; what is quoted is one word. None where a quotation or a comment does not end.
fn tokens(value: &str) -> Option<Vec<String>> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut letters = value.chars();
    let mut n_comments = 0_usize;
    let end_word = |word: &mut String, tokens: &mut Vec<String>| {
        if !word.is_empty() {
            tokens.push(std::mem::take(word));
        }
    };
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if n_comments > 0 => drop(letters.next()),
            '(' => {
                n_comments += 1;
                end_word(&mut word, &mut tokens);
            }
            ')' if n_comments > 0 => n_comments -= 1,
            _ if n_comments > 0 => {}
            '"' => loop {
                match letters.next()? {
                    '"' => break,
                    '\\' => word.push(letters.next()?),
                    // What parts the field is not to be faked from inside of a quotation.
                    letter => word.push(letter),
                }
            },
            ';' | '=' => {
                end_word(&mut word, &mut tokens);
                tokens.push(letter.to_string());
            }
            letter if letter.is_whitespace() => end_word(&mut word, &mut tokens),
            letter => word.push(letter),
        }
    }
    end_word(&mut word, &mut tokens);
    (n_comments == 0).then_some(tokens)
}

/// `agencia.example` of itself, of `@agencia.example` and of `ana@agencia.example`.
fn domain_in(value: &str) -> &str {
    value.rsplit_once('@').map_or(value, |(_, domain)| domain).trim_end_matches('.')
}

/// The same domain, or one within the other (RFC 7489, section 3.1.1). Which names are for everybody to register under nobody tells us, so two
/// labels are asked for at least, and two domains beside each other do not align.
fn is_relaxed(named: &str, domain: &str) -> bool {
    let is_within = |inner: &str, outer: &str| outer.contains('.') && inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.'));
    !named.is_empty() && (named == domain || is_within(named, domain) || is_within(domain, named))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUST: Trust<'static> = Trust { authserv_id: Some("mx.agencia.example"), own_addresses: &[] };
    const DMARC: Proof = Proof::Proven { by: "dmarc" };

    fn of(block: &str) -> Proof {
        let headers = Headers::read(block.as_bytes());
        proof(&headers, headers.only_mailbox("from").as_ref(), &TRUST)
    }

    fn found(results: &str) -> Proof {
        of(&format!("Authentication-Results: mx.agencia.example; {results}\nReceived: x\nFrom: ana@agencia.example"))
    }

    #[test]
    fn a_method_that_passed_for_the_domain_of_the_author_proves_it() {
        assert_eq!(found("dmarc=pass header.from=agencia.example"), DMARC);
        assert_eq!(found("dmarc=pass (p=reject) header.from=AGENCIA.example"), DMARC);
        assert_eq!(found("spf=fail smtp.mailfrom=x@agencia.example; dkim=none; dmarc=pass header.from=agencia.example"), DMARC);
        assert_eq!(found("dkim=pass header.d=agencia.example"), Proof::Proven { by: "dkim" });
        assert_eq!(
            found("dkim=pass (2048-bit key) reason=\"ok; dkim=fail\" header.d=mail.agencia.example header.s=s1"),
            Proof::Proven { by: "dkim" }
        );
        assert_eq!(found("dkim=pass header.i=@agencia.example"), Proof::Proven { by: "dkim" });
        assert_eq!(found("dkim=fail header.d=agencia.example; dkim=pass header.d=agencia.example"), Proof::Proven { by: "dkim" });
        assert_eq!(found("spf=pass smtp.mailfrom=ana@agencia.example"), Proof::Proven { by: "spf" });
        assert_eq!(found("spf = pass smtp.mailfrom = agencia.example"), Proof::Proven { by: "spf" });
    }

    #[test]
    fn a_method_that_passed_for_another_domain_proves_nothing() {
        for results in [
            "none",
            "",
            "dmarc=pass header.from=other.example",
            "dmarc=none header.from=agencia.example",
            "dkim=pass header.d=other.example",
            "dkim=pass header.d=evilagencia.example",
            "dkim=pass header.d=example",
            "dkim=pass header.d=",
            "dkim=pass",
            "dkim=pass header.d=other.example header.i=@agencia.example",
            "dkim=fail header.d=agencia.example",
            "dkim=pass header.d=other.example header.d=agencia.example",
            "spf=pass smtp.mailfrom=ana@other.example",
            "spf=pass smtp.helo=agencia.example",
            "spf=softfail smtp.mailfrom=agencia.example",
            "(dmarc=pass header.from=agencia.example) none",
            "x=\"; dmarc=pass header.from=agencia.example",
            "dkim=none reason=\"dmarc=pass header.from=agencia.example\"",
        ] {
            assert_eq!(found(results), Proof::Unproven, "{results}");
        }
    }

    #[test]
    fn what_the_host_found_false_has_failed() {
        assert_eq!(found("dmarc=fail header.from=agencia.example"), Proof::Failed);
        assert_eq!(found("dkim=pass header.d=agencia.example; dmarc=fail header.from=agencia.example"), Proof::Failed);
        assert_eq!(found("spf=fail smtp.mailfrom=agencia.example"), Proof::Failed);
        assert_eq!(found("spf=fail smtp.mailfrom=other.example"), Proof::Unproven);
    }

    #[test]
    fn only_the_named_host_is_believed() {
        let forged = "Authentication-Results: mx.evil.example; dmarc=pass header.from=agencia.example\nFrom: ana@agencia.example";
        assert_eq!(of(forged), Proof::Unproven);
        assert_eq!(of(&forged.replace("mx.evil.example", "\"mx.agencia.example\"")), DMARC);
        assert_eq!(of(&forged.replace("mx.evil.example", "MX.Agencia.example 1")), DMARC);
        assert_eq!(of(&forged.replace("mx.evil.example", "mx.agencia.example 2")), Proof::Unproven);
        assert_eq!(of(&forged.replace("mx.evil.example", "mx.agencia.example.evil")), Proof::Unproven);
        let headers = Headers::read(forged.as_bytes());
        for authserv_id in [None, Some(""), Some(" ")] {
            let trust = Trust { authserv_id, own_addresses: &[] };
            assert_eq!(proof(&headers, headers.only_mailbox("from").as_ref(), &trust), Proof::Unproven);
        }
    }

    #[test]
    fn a_forged_field_below_the_true_one_counts_for_nothing() {
        let ours = "Authentication-Results: mx.agencia.example; spf=none";
        let forged = "Authentication-Results: mx.agencia.example; dmarc=pass header.from=agencia.example";
        let from = "From: ana@agencia.example";

        assert_eq!(of(&format!("Received: by mx\n{ours}\n{forged}\n{from}")), Proof::Unproven);
        assert_eq!(of(&format!("{ours}\nReceived: by mx\n{forged}\n{from}")), Proof::Unproven);
        assert_eq!(of(&format!("Received: by mx\n{ours}\nX-A: b\n{forged}\n{from}")), Proof::Unproven);
        // Two of our own, as two filters of one MTA write them.
        assert_eq!(of(&format!("{ours}\n{forged}\nReceived: by mx\n{from}")), DMARC);
    }

    #[test]
    fn nobody_is_proven_where_the_author_is_not_one() {
        let passed = "Authentication-Results: mx.agencia.example; dmarc=pass";
        for from in ["From: a@b.example, c@d.example", "From: a@b.example\nFrom: c@d.example", "From: G: a@b.example;", "X-A: b"] {
            assert_eq!(of(&format!("{passed}\n{from}")), Proof::Unproven, "{from}");
        }
    }
}
