//! The name of a file that somebody sent, made one that is safe to show, to keep and to save: no folder, no device, nothing that cannot be seen.

use super::headers::is_invisible;

pub const MAX_NAME_LETTERS: usize = 120;
/// Most file systems take 255.
pub const MAX_NAME_BYTES: usize = 200;
/// Without a name it is called after what it is.
const NAMELESS: &str = "adjunto";
/// What is longer is no extension.
const MAX_EXTENSION_LETTERS: usize = 12;

/// A plain name for what was called `written`.
pub fn safe_name(written: &str, media_type: &str) -> String {
    let last = written.split(['/', '\\']).rfind(|component| !component.trim_matches(['.', ' ']).is_empty()).unwrap_or_default();
    let visible = last.chars().filter(|c| !is_invisible(*c)).map(|c| match c {
        c if c.is_control() || c.is_whitespace() => ' ',
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        c => c,
    });
    let visible: String = visible.collect();
    let words: Vec<&str> = visible.split(' ').filter(|word| !word.is_empty()).collect();
    let name = words.join(" ");
    let name = shortened(name.trim_matches(['.', ' ']));
    match name.trim_matches(['.', ' ', '_']) {
        "" => format!("{NAMELESS}.{}", extension(media_type)),
        _ if is_device(&name) => format!("_{name}"),
        _ => name,
    }
}

/// Cut in the middle, so that what it is called and what it is both stay.
fn shortened(name: &str) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.chars().count() <= MAX_EXTENSION_LETTERS => {
            (stem, format!(".{extension}"))
        }
        _ => (name, String::new()),
    };
    let mut short = String::new();
    for c in stem.chars().take(MAX_NAME_LETTERS - extension.chars().count()) {
        if short.len() + c.len_utf8() + extension.len() > MAX_NAME_BYTES {
            break;
        }
        short.push(c);
    }
    format!("{}{extension}", short.trim_end_matches(['.', ' ']))
}

/// Names that Windows keeps for its devices, with whatever extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|number| matches!(number, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9"))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || is_numbered("COM") || is_numbered("LPT")
}

/// For what came without a name.
fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => "png",
        "image/jpeg" | "image/jpg" => "jpg",
        "image/gif" => "gif",
        "image/bmp" => "bmp",
        "image/webp" => "webp",
        "image/tiff" => "tif",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "text/plain"
        | "text/rfc822-headers"
        | "message/delivery-status"
        | "message/disposition-notification"
        | "message/feedback-report" => "txt",
        "text/html" => "html",
        "text/csv" => "csv",
        "text/calendar" | "application/ics" => "ics",
        "text/vcard" | "text/x-vcard" => "vcf",
        "message/rfc822" | "message/global" => "eml",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pgp-signature" | "application/pgp-encrypted" => "asc",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_always_plain() {
        for (written, name) in [
            ("informe.pdf", "informe.pdf"),
            ("Año 2026 – Ñuñoa.docx", "Año 2026 – Ñuñoa.docx"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ana\\foto.png", "foto.png"),
            ("..", "adjunto.png"),
            ("", "adjunto.png"),
            ("   ", "adjunto.png"),
            ("/", "adjunto.png"),
            ("***", "adjunto.png"),
            (".htaccess", "htaccess"),
            ("foto.png/", "foto.png"),
            ("a\0b.txt", "a b.txt"),
            ("a\r\nb.txt", "a b.txt"),
            ("factura\u{202e}fdp.exe", "facturafdp.exe"),
            ("a\u{200b}b.txt", "ab.txt"),
            ("con.txt", "_con.txt"),
            ("LPT1", "_LPT1"),
            ("LPT10.txt", "LPT10.txt"),
            ("a:b?c.txt", "a_b_c.txt"),
            ("fin. . .", "fin"),
        ] {
            assert_eq!(safe_name(written, "image/png"), name, "{written:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = safe_name(&format!("{}.pdf", "a".repeat(4_000)), "application/pdf");
        assert_eq!((name.chars().count(), name.ends_with("a.pdf")), (MAX_NAME_LETTERS, true));

        let name = safe_name(&"ñ".repeat(4_000), "application/pdf");
        assert_eq!(name.len(), MAX_NAME_BYTES);
    }

    proptest! {
        #[test]
        fn whatever_it_was_called(written in any::<String>(), media_type in "[a-z]{0,9}/[a-z]{0,9}") {
            let name = safe_name(&written, &media_type);

            prop_assert!(!name.is_empty() && name.len() <= MAX_NAME_BYTES + 1 && name.chars().count() <= MAX_NAME_LETTERS + 1);
            prop_assert!(!name.contains(|c: char| c.is_control() || is_invisible(c) || "/\\:*?\"<>|".contains(c)));
            prop_assert!(!name.starts_with(['.', ' ']) && !name.ends_with(['.', ' ']));
            prop_assert_eq!(safe_name(&name, &media_type), name);
        }
    }
}
