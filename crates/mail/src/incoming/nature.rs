//! Who or what wrote a message. Answering a program makes two programs answer each other, so whatever says of itself that it is one is believed.

use super::bytes::{text_of, transfer_decoded};
use super::headers::Headers;
use super::structure::Part;
use super::{Nature, Trust};
use crate::Mailbox;

/// Of a report; a bounce names few recipients.
const MAX_REPORT_BYTES: usize = 64 * 1024;

pub fn nature(headers: &Headers, parts: &[Part<'_>], from: Option<&Mailbox>, text: &str, trust: &Trust) -> Nature {
    if from.is_some_and(|from| is_own(&from.address, trust)) {
        return Nature::Own;
    }
    if let Some(report) = report(headers, parts) {
        return report;
    }
    if let Some(bounce) = bounce_in_words(headers, from, text) {
        return bounce;
    }
    if let Some(why) = automatic(headers, from) {
        return Nature::Automatic { why };
    }
    match list(headers) {
        Some(why) => Nature::List { why },
        None => Nature::Personal,
    }
}

/// An address of ours, also with something after a `+`.
fn is_own(address: &str, trust: &Trust) -> bool {
    let bare = |address: &str| match address.to_lowercase().rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or_default()),
        None => address.to_lowercase(),
    };
    trust.own_addresses.iter().any(|own| bare(own.trim()) == bare(address))
}

// Reports (RFC 6522).

fn report(headers: &Headers, parts: &[Part<'_>]) -> Option<Nature> {
    let content_type = headers.content_type().filter(|content_type| content_type.media_type == "multipart/report");
    let kind = content_type.and_then(|content_type| content_type.attribute("report-type").map(str::to_ascii_lowercase)).unwrap_or_default();
    let is_in = |media_types: &[&str]| parts.iter().find(|part| media_types.contains(&media_type(part).as_str()) && is_top(part));
    if let Some(status) = is_in(&["message/delivery-status", "message/global-delivery-status"]) {
        return Some(delivery(headers, parts, status));
    }
    if kind == "disposition-notification"
        || is_in(&["message/disposition-notification", "message/global-disposition-notification"]).is_some()
    {
        return Some(Nature::Automatic { why: "disposition_notification" });
    }
    if kind == "feedback-report" || is_in(&["message/feedback-report"]).is_some() {
        return Some(Nature::Automatic { why: "feedback_report" });
    }
    // A report of delivery whose status is missing: that something was not delivered is what they are for.
    (kind == "delivery-status").then(|| Nature::Bounce {
        original_message_id: original_id(headers, parts),
        address: None,
        is_permanent: true,
    })
}

fn is_top(part: &Part<'_>) -> bool {
    part.parent == Some(0) || part.parent.is_none()
}

fn media_type(part: &Part<'_>) -> String {
    part.headers.content_type().map(|content_type| content_type.media_type).unwrap_or_default()
}

/// RFC 3464: groups of fields, the first about the message and each other about a recipient.
fn delivery(headers: &Headers, parts: &[Part<'_>], status: &Part<'_>) -> Nature {
    let report = decoded(status).replace("\r\n", "\n");
    let groups: Vec<Headers> =
        report.split("\n\n").map(|group| Headers::read(group.as_bytes())).filter(|group| !group.is_empty()).collect();
    let action = |group: &Headers| group.text("action").unwrap_or_default().to_lowercase();
    let recipients = || groups.iter().filter(|group| group.has("final-recipient") || group.has("original-recipient"));
    // Of several recipients the one who did not get it is told of.
    let failed = recipients().find(|group| action(group).starts_with("failed"));
    let delayed = recipients().find(|group| action(group).starts_with("delayed"));
    let Some(group) = failed.or(delayed) else {
        let is_told = recipients().any(|group| !action(group).is_empty());
        return if is_told {
            Nature::Automatic { why: "delivery_report" }
        } else {
            Nature::Bounce {
                original_message_id: original_id(headers, parts),
                address: recipients().find_map(recipient),
                is_permanent: true,
            }
        };
    };
    let is_temporary = group.text("status").is_some_and(|status| status.starts_with('4'));
    Nature::Bounce {
        original_message_id: original_id(headers, parts),
        address: recipient(group),
        is_permanent: failed.is_some() && !is_temporary,
    }
}

/// `rfc822; ana@agencia.example`, the address that we wrote to before the one that it was forwarded to.
fn recipient(group: &Headers) -> Option<String> {
    let named = group.text("original-recipient").or_else(|| group.text("final-recipient"))?;
    let address = named.split_once(';').map_or(named.as_str(), |(_, address)| address).trim().trim_matches(['<', '>']).to_lowercase();
    (address.contains('@') && !address.contains(char::is_whitespace)).then_some(address)
}

/// The Message-ID of what the report is about: of the message or the header that it returns, or what it says to answer.
fn original_id(headers: &Headers, parts: &[Part<'_>]) -> Option<String> {
    let returned = parts.iter().filter(|part| {
        matches!(
            media_type(part).as_str(),
            "message/rfc822" | "message/global" | "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers"
        )
    });
    let in_returned = returned.filter_map(|part| {
        let text = decoded(part);
        let header = text.trim_start().replace("\r\n", "\n");
        let header = header.split("\n\n").next().unwrap_or_default();
        Headers::read(header.as_bytes()).ids("message-id").into_iter().next()
    });
    let in_header = || ["x-original-message-id", "in-reply-to", "references"].iter().find_map(|name| headers.ids(name).pop());
    in_returned.into_iter().next().or_else(in_header)
}

fn decoded(part: &Part<'_>) -> String {
    let body = transfer_decoded(part.body, part.headers.first("content-transfer-encoding").unwrap_or_default());
    text_of(&body[..body.len().min(MAX_REPORT_BYTES)], None)
}

// Bounces of MTAs that write no report: qmail, Exim, old ones.

fn bounce_in_words(headers: &Headers, from: Option<&Mailbox>, text: &str) -> Option<Nature> {
    let failed = headers.mailboxes("x-failed-recipients").into_iter().next().map(|mailbox| mailbox.address);
    let local = from.map_or("", |from| from.address.split('@').next().unwrap_or_default());
    let is_of_a_mailer = matches!(local, "mailer-daemon" | "postmaster" | "mail-daemon" | "maildaemon") || has_null_return_path(headers);
    let subject = headers.text("subject").unwrap_or_default().to_lowercase();
    let tells = |words: &[&str]| words.iter().any(|word| subject.contains(word));
    const FAILED: &[&str] = &[
        "undeliver",
        "delivery status notification",
        "delivery failure",
        "mail delivery failed",
        "failure notice",
        "returned mail",
        "returned to sender",
        "delivery has failed",
        "no se pudo entregar",
        "no se puede entregar",
        "no entregado",
        "no se ha podido entregar",
        "error de entrega",
    ];
    const DELAYED: &[&str] = &["delayed", "delay)", "warning: message", "warning: could not send", "retrasad", "demorad"];
    let is_delayed = tells(DELAYED);
    let is_bounce = failed.is_some() || is_of_a_mailer && (tells(FAILED) || is_delayed);
    is_bounce.then(|| Nature::Bounce {
        original_message_id: original_id(headers, &[]).or_else(|| id_in_words(text)),
        address: failed.or_else(|| address_in_words(text)),
        is_permanent: !is_delayed,
    })
}

/// `<ana@agencia.example>:` on a line of its own, as qmail and Postfix write it.
fn address_in_words(text: &str) -> Option<String> {
    let addresses = text.lines().take(200).filter_map(|line| {
        let line = line.trim();
        let address = line.strip_prefix('<').and_then(|line| line.split_once('>')).map(|(address, _)| address);
        let address = address.unwrap_or_else(|| line.trim_end_matches(':')).to_lowercase();
        let is_plain = address.chars().all(|c| c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+'));
        (is_plain && address.matches('@').count() == 1 && !address.starts_with('@') && !address.ends_with('@')).then_some(address)
    });
    addresses.into_iter().next()
}

/// `Message-ID: <…>` in the copy that they put below.
fn id_in_words(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let line = line.trim().to_owned();
        let is_id = line.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("message-id:"));
        is_id.then(|| Headers::read(line.as_bytes()).ids("message-id").into_iter().next()).flatten()
    })
}

// Programs.

fn automatic(headers: &Headers, from: Option<&Mailbox>) -> Option<&'static str> {
    let says = |name: &str, words: &[&str]| headers.all(name).any(|value| words.contains(&first_word(value).as_str()));
    if headers.all("auto-submitted").any(|value| !matches!(first_word(value).as_str(), "no" | "")) {
        Some("auto_submitted")
    } else if ["x-autoreply", "x-autorespond", "x-autoresponse", "x-autoreply-from", "x-mail-autoreply"]
        .iter()
        .any(|name| headers.has(name))
    {
        Some("autoreply")
    } else if headers.all("x-auto-response-suppress").any(suppresses) {
        Some("auto_response_suppress")
    } else if has_null_return_path(headers) {
        Some("null_return_path")
    } else if says("precedence", &["auto_reply", "auto-reply", "junk"]) {
        Some("precedence")
    } else if from.is_some_and(|from| is_a_program(&from.address)) {
        Some("sender")
    } else if tells_an_absence(headers) && has_another_sign(headers) {
        Some("out_of_office")
    } else if says("precedence", &["bulk"]) && list(headers).is_none_or(|why| why == "precedence") {
        Some("precedence")
    } else {
        None
    }
}

/// `auto-replied; owner-email=…` is `auto-replied`.
fn first_word(value: &str) -> String {
    value.split([';', ' ', '(', ',', '\t']).next().unwrap_or_default().to_ascii_lowercase()
}

/// Exchange's way to ask for no answers: of which kind is named. `None` asks for nothing.
fn suppresses(value: &str) -> bool {
    value.split([',', ' ', ';']).any(|word| matches!(word.to_ascii_lowercase().as_str(), "all" | "oof" | "autoreply" | "dr" | "rn" | "nrn"))
}

fn has_null_return_path(headers: &Headers) -> bool {
    headers.first("return-path").is_some_and(|value| value.split_whitespace().collect::<String>() == "<>")
}

fn is_a_program(address: &str) -> bool {
    let local: String = address.split(['@', '+']).next().unwrap_or_default().chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    const NAMES: &[&str] = &[
        "mailerdaemon",
        "maildaemon",
        "postmaster",
        "noreply",
        "noreplies",
        "donotreply",
        "dontreply",
        "noresponder",
        "noresponda",
        "noresponde",
        "noresponses",
        "norespuesta",
        "bounce",
        "bounces",
        "listserv",
        "majordomo",
    ];
    NAMES.contains(&local.as_str())
        || ["noreply", "donotreply", "noresponder"].iter().any(|name| local.starts_with(name) || local.ends_with(name))
        || address.starts_with("bounce-")
        || address.starts_with("bounces+")
}

/// A subject alone is no sign: people write about absences, too.
fn tells_an_absence(headers: &Headers) -> bool {
    const WORDS: &[&str] = &[
        "fuera de la oficina",
        "fuera de oficina",
        "respuesta automática",
        "respuesta automatica",
        "respuesta autom.",
        "ausencia temporal",
        "aviso de ausencia",
        "de vacaciones",
        "out of office",
        "out of the office",
        "automatic reply",
        "auto reply",
        "auto-reply",
        "autoreply",
        "auto response",
        "autoresponder",
        "vacation",
        "abwesenheit",
        "absence du bureau",
    ];
    let subject = headers.text("subject").unwrap_or_default().to_lowercase();
    WORDS.iter().any(|word| subject.contains(word))
}

fn has_another_sign(headers: &Headers) -> bool {
    const FIELDS: &[&str] = &[
        "x-ms-exchange-inbox-rules-loop",
        "x-ms-exchange-generated-message-source",
        "x-ms-exchange-parent-message-id",
        "x-vacation",
        "x-autogenerated",
        "x-autosend",
        "x-loop",
        "x-fc-machinegenerated",
        "x-post-messageclass",
        "x-cron-env",
        "x-auto-response-suppress",
        "precedence",
    ];
    let is_made =
        |value: &str| ["vacation", "autorespon", "auto-respon", "autoreply"].iter().any(|word| value.to_lowercase().contains(word));
    FIELDS.iter().any(|name| headers.has(name))
        || ["x-mailer", "user-agent", "x-generated-by"].iter().any(|name| headers.first(name).is_some_and(is_made))
}

// Lists.

fn list(headers: &Headers) -> Option<&'static str> {
    if headers.has("list-id") {
        Some("list_id")
    } else if ["list-unsubscribe", "list-post", "list-help", "mailing-list"].iter().any(|name| headers.has(name)) {
        Some("list_headers")
    } else if headers.all("precedence").any(|value| matches!(first_word(value).as_str(), "list" | "bulk")) {
        Some("precedence")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(block: &str) -> Nature {
        let headers = Headers::read(block.as_bytes());
        let own = ["helpdesk@agencia.example".to_owned()];
        let trust = Trust { authserv_id: None, own_addresses: &own };
        nature(&headers, &[], headers.only_mailbox("from").as_ref(), "", &trust)
    }

    #[test]
    fn what_says_that_it_is_automatic_is() {
        for (field, why) in [
            ("Auto-Submitted: auto-replied", "auto_submitted"),
            ("Auto-Submitted: AUTO-generated; x=y", "auto_submitted"),
            ("Auto-submitted: auto-notified (daily)", "auto_submitted"),
            ("X-Autoreply: yes", "autoreply"),
            ("X-Autorespond:", "autoreply"),
            ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "auto_response_suppress"),
            ("X-Auto-Response-Suppress: All", "auto_response_suppress"),
            ("Return-Path: <>", "null_return_path"),
            ("Return-Path: < >", "null_return_path"),
            ("Precedence: auto_reply", "precedence"),
            ("Precedence: junk", "precedence"),
            ("Precedence: bulk", "precedence"),
            ("From: No-Reply <no-reply@tienda.example>", "sender"),
            ("From: MAILER-DAEMON@mx.example", "sender"),
            ("From: noreply-alertas@nube.example", "sender"),
            ("From: alertas.noresponder@nube.example", "sender"),
            ("Subject: Fuera de la oficina\nPrecedence: first-class", "out_of_office"),
            ("Subject: =?utf-8?Q?Respuesta_autom=C3=A1tica:_x?=\nX-MS-Exchange-Inbox-Rules-Loop: a@b.example", "out_of_office"),
        ] {
            assert_eq!(of(field), Nature::Automatic { why }, "{field}");
        }
    }

    #[test]
    fn what_a_person_may_write_is_personal() {
        for field in [
            "From: ana@agencia.example",
            "Auto-Submitted: no\nFrom: ana@agencia.example",
            "Auto-Submitted: No (a person)",
            "X-Auto-Response-Suppress: None",
            "Subject: Fuera de la oficina no funciona la VPN",
            "Subject: Respuesta automática de mi correo mal configurada",
            "Precedence: first-class",
            "Return-Path: <ana@agencia.example>",
            "From: noreen@agencia.example",
            "From: bouncer@agencia.example",
        ] {
            assert_eq!(of(field), Nature::Personal, "{field}");
        }
    }

    #[test]
    fn what_goes_to_many_is_of_a_list() {
        assert_eq!(of("List-Id: <noticias.example>"), Nature::List { why: "list_id" });
        assert_eq!(of("List-Id: <noticias.example>\nPrecedence: bulk"), Nature::List { why: "list_id" });
        assert_eq!(of("List-Unsubscribe: <mailto:baja@example>"), Nature::List { why: "list_headers" });
        assert_eq!(of("Precedence: list"), Nature::List { why: "precedence" });
        assert_eq!(of("List-Id: <x>\nAuto-Submitted: auto-generated"), Nature::Automatic { why: "auto_submitted" });
    }

    #[test]
    fn what_is_from_ourselves_is_our_own() {
        assert_eq!(of("From: HelpDesk@agencia.example\nAuto-Submitted: auto-generated"), Nature::Own);
        assert_eq!(of("From: helpdesk+ti-1-2-abc@agencia.example"), Nature::Own);
        assert_eq!(of("From: helpdesk2@agencia.example"), Nature::Personal);
    }

    #[test]
    fn bounces_without_a_report_are_told_by_their_words() {
        let bounce = |address: Option<&str>, is_permanent| Nature::Bounce {
            original_message_id: None,
            address: address.map(str::to_owned),
            is_permanent,
        };
        assert_eq!(of("X-Failed-Recipients: ana@agencia.example\nFrom: x@y.example"), bounce(Some("ana@agencia.example"), true));
        assert_eq!(of("From: MAILER-DAEMON@mx.example\nSubject: failure notice"), bounce(None, true));
        assert_eq!(of("Return-Path: <>\nSubject: Delivery Status Notification (Delay)"), bounce(None, false));
        assert_eq!(of("From: ana@agencia.example\nSubject: failure notice"), Nature::Personal);
        assert_eq!(address_in_words("Hi.\n\n<ana@agencia.example>:\nno mailbox").as_deref(), Some("ana@agencia.example"));
        assert_eq!(id_in_words("x\nMessage-ID: <a@b>\n").as_deref(), Some("a@b"));
    }
}
