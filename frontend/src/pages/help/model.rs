//! The help's texts: headings, paragraphs, lists and steps; strong words, keys and links. No DOM.

use domain::{Actor, Role};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Heading(Vec<Run>),
    Paragraph(Vec<Run>),
    List(Vec<Vec<Run>>),
    Steps(Vec<Vec<Run>>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    Plain(String),
    Strong(String),
    Key(String),
    /// Its words, and where it leads within the app.
    Link(String, String),
}

/// `## heading`, `- item`, `1. step`; every other line is a paragraph.
pub fn parts(text: &str) -> Vec<Part> {
    let mut all: Vec<Part> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let step = line.split_once(". ").filter(|(number, _)| number.bytes().all(|b| b.is_ascii_digit())).map(|(_, rest)| rest);
        if let Some(rest) = line.strip_prefix("## ") {
            all.push(Part::Heading(runs(rest)));
        } else if let Some(rest) = line.strip_prefix("- ") {
            match all.last_mut() {
                Some(Part::List(items)) => items.push(runs(rest)),
                _ => all.push(Part::List(vec![runs(rest)])),
            }
        } else if let Some(rest) = step {
            match all.last_mut() {
                Some(Part::Steps(items)) => items.push(runs(rest)),
                _ => all.push(Part::Steps(vec![runs(rest)])),
            }
        } else {
            all.push(Part::Paragraph(runs(line)));
        }
    }
    all
}

/// `**strong**`, `` `key` ``, `[words](/place)`.
fn runs(line: &str) -> Vec<Run> {
    let mut all = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let begin = rest.find(['*', '`', '[']).unwrap_or(rest.len());
        let (plain, marked) = rest.split_at(begin);
        if !plain.is_empty() {
            all.push(Run::Plain(plain.to_owned()));
        }
        if marked.is_empty() {
            break;
        }
        rest = match marked_run(marked) {
            Some((run, rest)) => {
                all.push(run);
                rest
            }
            // A sign that marks nothing is a sign.
            None => {
                let (sign, rest) = marked.split_at(1);
                all.push(Run::Plain(sign.to_owned()));
                rest
            }
        };
    }
    all
}

fn marked_run(text: &str) -> Option<(Run, &str)> {
    if let Some(rest) = text.strip_prefix("**") {
        let (strong, rest) = rest.split_once("**")?;
        return Some((Run::Strong(strong.to_owned()), rest));
    }
    if let Some(rest) = text.strip_prefix('`') {
        let (key, rest) = rest.split_once('`')?;
        return Some((Run::Key(key.to_owned()), rest));
    }
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (href, rest) = rest.split_once(')')?;
    href.starts_with('/').then(|| (Run::Link(words.to_owned(), href.to_owned()), rest))
}

/// Of several roles, the one whose day is the fullest.
pub fn role_of(actor: &Actor) -> Role {
    const ORDER: [Role; 7] = [Role::HelpDesk, Role::Support2, Role::Support1, Role::ItHead, Role::Admin, Role::Auditor, Role::AreaHead];
    ORDER.into_iter().find(|role| actor.has(*role)).unwrap_or(Role::User)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> String {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public/help").join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    #[test]
    fn every_role_has_its_page_in_both_languages() {
        for role in Role::ALL {
            let (es, en) = (parts(&read(&format!("{role}-es.txt"))), parts(&read(&format!("{role}-en.txt"))));
            let shape = |parts: &[Part]| {
                let name = |part: &Part| match part {
                    Part::Heading(_) => "heading".to_owned(),
                    Part::Paragraph(_) => "paragraph".to_owned(),
                    Part::List(items) => format!("list {}", items.len()),
                    Part::Steps(items) => format!("steps {}", items.len()),
                };
                parts.iter().map(name).collect::<Vec<_>>()
            };
            assert_eq!(shape(&es), shape(&en), "{role}: both languages say the same");
            assert!(es.len() > 6, "{role}");
        }
    }

    #[test]
    fn every_link_of_the_help_leads_somewhere() {
        for role in Role::ALL {
            for language in ["es", "en"] {
                let all = parts(&read(&format!("{role}-{language}.txt")));
                let runs = all.iter().flat_map(|part| match part {
                    Part::Heading(runs) | Part::Paragraph(runs) => vec![runs.clone()],
                    Part::List(items) | Part::Steps(items) => items.clone(),
                });
                for run in runs.flatten() {
                    if let Run::Link(_, href) = run {
                        let path = href.split('?').next().unwrap();
                        assert_ne!(crate::pages::Place::of(path), crate::pages::Place::Nowhere, "{role} {language}: {href}");
                    }
                }
            }
        }
    }

    #[test]
    fn marks_are_read_and_signs_that_mark_nothing_stay() {
        let plain = |text: &str| Run::Plain(text.into());
        assert_eq!(
            runs("Pulse `Ctrl K` o **Registrar** en [su lista](/mine)."),
            [
                plain("Pulse "),
                Run::Key("Ctrl K".into()),
                plain(" o "),
                Run::Strong("Registrar".into()),
                plain(" en "),
                Run::Link("su lista".into(), "/mine".into()),
                plain(".")
            ]
        );
        assert_eq!(runs("a * b [c](http://x)"), [plain("a "), plain("*"), plain(" b "), plain("["), plain("c](http://x)")]);
        assert_eq!(parts("## A\n- b\n- c\n\n1. d\n2. e\nf").len(), 4);
    }
}
