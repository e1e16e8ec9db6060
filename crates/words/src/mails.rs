//! The mails: one [`Message`] for each thing that is told, with the data that it needs, in both languages. Complete because its `match` is.
//!
//! One thing in the first line; what the person has to do in a line of its own; one link. No name of a provider to a requester, no internal note.

use domain::{Day, Instant};

use crate::letter::{Block, Letter, SUBJECT_LETTERS, Span, cut, link, one_line, quote, strong};
use crate::{Language, coverage_kind, ordinal, time};

/// What every mail about a ticket shares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The ticket's number and title; none for what concerns no ticket.
    pub ticket: Option<(i64, String)>,
    /// Whom it is for.
    pub name: Option<String>,
    /// Where the ticket is read, for whoever can open it.
    pub link: Option<String>,
    /// How the desk is reached.
    pub extension: Option<String>,
    pub mobile: Option<String>,
}

/// How a request came, as far as its acknowledgement says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    Written,
    ByPhone,
    InPerson,
}

/// What whoever takes a task needs to know of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Task {
    pub requester: String,
    pub area: String,
    pub extension: Option<String>,
    pub place: Option<String>,
    pub item: Option<String>,
}

/// What a provider is told of the equipment or service, and of whom to speak to. Nothing else of the ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Supplied {
    pub company: String,
    pub item: Option<String>,
    pub place: Option<String>,
    pub technician: String,
    pub extension: Option<String>,
    pub email: Option<String>,
}

/// Who reads that a ticket was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosedTo {
    Requester,
    /// Who wrote it down for somebody without an address.
    Creator {
        requester: String,
        extension: Option<String>,
    },
    Watcher {
        requester: String,
    },
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosedAs {
    Solved {
        solution: Option<String>,
    },
    /// Who was told, by name and post.
    NotApproved {
        told: Option<(String, Option<String>)>,
    },
    Unanswered {
        asked_on: Option<Day>,
    },
}

/// One thing that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Received {
        came: Came,
    },
    Asked {
        person: String,
        question: String,
    },
    Reminded {
        question: String,
        until: Day,
    },
    /// To the requester, or from the requester to the holder.
    Replied {
        person: String,
        text: String,
    },
    Escalated {
        person: String,
        level: u8,
        task: Task,
        handover: String,
    },
    Assigned {
        person: String,
        previous: Option<String>,
        level: Option<u8>,
        task: Task,
        reason: Option<String>,
    },
    ReturnedToDesk {
        person: String,
        reason: String,
    },
    /// The person confirmed nothing: it still fails.
    Denied {
        person: String,
        reason: String,
    },
    ReportSubmitted {
        person: String,
        report: String,
        area: String,
        recommendation: String,
    },
    ContractingApproved {
        person: String,
        report: String,
        grounds: String,
    },
    ContractingRejected {
        person: String,
        report: String,
        grounds: String,
        told: Option<(String, Option<String>)>,
    },
    ReportReturned {
        person: String,
        report: String,
        remarks: String,
    },
    RejectionTold {
        name: String,
        post: Option<String>,
        requester: String,
        received_on: Day,
        item: Option<String>,
        report: Option<String>,
        reason: String,
        it_head: String,
        is_acting: bool,
    },
    ProviderCoordinated {
        supplied: Supplied,
        coverage: Option<(domain::CoverageKind, Day)>,
        fault: String,
    },
    ProviderReturned {
        supplied: Supplied,
        served_on: Option<Day>,
        visit: u32,
        case: Option<String>,
        remark: String,
    },
    /// The links open a page that asks; opening them changes nothing.
    Solved {
        solution: String,
        link_yes: String,
        link_no: String,
    },
    Closed {
        to: ClosedTo,
        closed_on: Day,
        outcome: ClosedAs,
        reopenable_until: Option<Day>,
    },
    ReopenedToDesk {
        person: String,
        times: u32,
        reason: String,
        solution: Option<String>,
    },
    Reopened,
    RequirementRecorded,
    Discarded {
        reason: Option<String>,
    },
    Joined,
    /// The principal was solved.
    PrincipalSolved {
        solution: Option<String>,
    },
    /// The contracting that the principal needed was not approved.
    PrincipalNotApproved,
    NotMatched,
    AccountInvited {
        until: Instant,
        link: String,
    },
    PasswordReset {
        minutes: i64,
        link: String,
    },
}

/// A line of spans: `line!["a ", strong(x), "."]`.
macro_rules! line {
    ($($part:expr),+ $(,)?) => { Block::Line(vec![$(Span::from($part)),+]) };
}

/// The mail that says it.
pub fn letter(message: &Message, about: &About, l: Language) -> Letter {
    let mut blocks = greeting(message, about, l);
    blocks.extend(body(message, about, l));
    Letter { language: l, subject: subject(message, about, l), blocks, footer: footer(message, about, l) }
}

fn subject(message: &Message, about: &About, l: Language) -> String {
    let (number, title) = about.ticket.as_ref().map_or((0, ""), |(number, title)| (*number, title.as_str()));
    let item = |supplied: &Supplied| supplied.item.clone().unwrap_or_else(|| title.to_owned());
    let titled = |es: &str, en: &str| format!("{}: {title}", l.pick(es, en));
    let text = match message {
        Message::Received { .. } => titled("Recibimos su solicitud", "We got your request"),
        Message::Asked { .. } => titled("Necesitamos un dato más", "We need one more thing"),
        Message::Reminded { .. } => l.pick("Recordatorio: esperamos su respuesta", "Reminder: we are waiting for your answer").to_owned(),
        Message::Replied { person, .. } => l.pick(format!("{person} respondió: {title}"), format!("{person} replied: {title}")),
        Message::Escalated { level, .. } | Message::Assigned { level: Some(level), .. } => {
            l.pick(format!("Se le asignó (escalado {level}): {title}"), format!("Assigned to you (level {level}): {title}"))
        }
        Message::Assigned { level: None, .. } => titled("Se le asignó", "Assigned to you"),
        Message::ReturnedToDesk { .. } => titled("Devuelta a la Mesa de Ayuda", "Returned to the help desk"),
        Message::Denied { .. } => titled("Sigue el problema", "It still fails"),
        Message::ReportSubmitted { .. } => titled("Informe Técnico por evaluar", "Technical report to evaluate"),
        Message::ContractingApproved { .. } => l.pick("Procede la contratación", "Contracting approved").to_owned(),
        Message::ContractingRejected { .. } => l.pick("No procede la contratación", "Contracting not approved").to_owned(),
        Message::ReportReturned { .. } => l.pick("Informe Técnico con observaciones", "Technical report returned with remarks").to_owned(),
        Message::RejectionTold { .. } => return rejection_subject(number, title, l),
        Message::ProviderCoordinated { supplied, .. } => {
            format!("{}: {}", l.pick("Solicitud de soporte técnico", "Technical support request"), item(supplied))
        }
        Message::ProviderReturned { supplied, .. } => format!("{}: {}", l.pick("Persiste la falla", "The fault persists"), item(supplied)),
        Message::Solved { .. } => l.pick(format!("¿Quedó solucionado? {title}"), format!("Is it solved? {title}")),
        Message::Closed { .. } | Message::PrincipalNotApproved => titled("Solicitud cerrada", "Request closed"),
        Message::ReopenedToDesk { times, .. } => {
            l.pick(format!("Reabierta ({} vez): {title}", ordinal(*times, l)), format!("Reopened (time {times}): {title}"))
        }
        Message::Reopened => titled("Retomamos su solicitud", "We are on it again"),
        Message::RequirementRecorded => titled("Registramos su requerimiento", "Your requirement was recorded"),
        Message::Discarded { .. } => titled("No corresponde a TI", "Not a matter for IT"),
        Message::Joined => titled("Ya estamos atendiendo lo mismo", "We are already on it"),
        Message::PrincipalSolved { .. } => titled("Solucionado", "Solved"),
        Message::NotMatched => l.pick("No pudimos agregar su correo a una solicitud", "We could not add your mail to a request").to_owned(),
        Message::AccountInvited { .. } => l.pick("Active su cuenta", "Activate your account").to_owned(),
        Message::PasswordReset { .. } => l.pick("Restablezca su contraseña", "Reset your password").to_owned(),
    };
    let whole = if about.ticket.is_some() { format!("[TI-{number}] {text}") } else { text };
    cut(&one_line(&whole), SUBJECT_LETTERS)
}

/// By name where it is known; hours are not, so «buenos días» is not said.
fn greeting(message: &Message, about: &About, l: Language) -> Vec<Block> {
    let name = about.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    match message {
        Message::ProviderCoordinated { supplied, .. } | Message::ProviderReturned { supplied, .. } => {
            vec![l.pick(line!["Señores ", &supplied.company, ":"], line![&supplied.company, ":"])]
        }
        Message::RejectionTold { name, post, .. } => rejection_greeting(name, post.as_deref(), l),
        _ => match name {
            Some(name) => vec![l.pick(line!["Estimado(a) ", name, ":"], line!["Dear ", name, ","])],
            None => vec![l.pick(line!["Estimado(a) usuario(a):"], line!["Dear user,"])],
        },
    }
}

fn body(message: &Message, about: &About, l: Language) -> Vec<Block> {
    let ticket = || strong(format!("TI-{}", about.ticket.as_ref().map_or(0, |(number, _)| *number)));
    let open = |es: &str, en: &str| about.link.as_ref().map(|url| Block::Line(vec![link(l.pick(es, en), url)]));
    match message {
        Message::Received { came } => vec![
            match came {
                Came::Written => l.pick(
                    line![
                        "Recibimos su solicitud y quedó registrada con el número ",
                        ticket(),
                        ". No necesita volver a llamar ni escribir."
                    ],
                    line!["We got your request; its number is ", ticket(), ". There is no need to call or write again."],
                ),
                Came::ByPhone => l.pick(
                    line![
                        "Registramos lo que nos contó por teléfono con el número ",
                        ticket(),
                        ". No necesita volver a llamar ni escribir."
                    ],
                    line!["We noted what you told us on the phone as ", ticket(), ". There is no need to call or write again."],
                ),
                Came::InPerson => l.pick(
                    line![
                        "Registramos lo que nos contó en persona con el número ",
                        ticket(),
                        ". No necesita volver a llamar ni escribir."
                    ],
                    line!["We noted what you told us in person as ", ticket(), ". There is no need to call or write again."],
                ),
            },
            l.pick(
                line!["La Mesa de Ayuda la revisará y le avisaremos cuando haya novedades."],
                line!["The help desk will look at it and we will tell you when there is news."],
            ),
            l.pick(line!["Si recuerda algo más, responda a este correo."], line!["If you remember anything else, answer this mail."]),
        ],
        Message::Asked { person, question } => vec![
            l.pick(
                line!["Para continuar con su solicitud ", person, " necesita que nos indique:"],
                line!["To go on with your request ", person, " needs to know:"],
            ),
            quote(question),
            l.pick(
                line![
                    strong("Responda a este correo"),
                    "; en cuanto lo haga, continuamos. Mientras tanto, el plazo de atención está detenido."
                ],
                line![strong("Answer this mail"), "; we go on as soon as you do. Until then the clock is stopped."],
            ),
        ],
        Message::Reminded { question, until } => vec![
            l.pick(line!["Seguimos esperando su respuesta a:"], line!["We are still waiting for your answer to:"]),
            quote(question),
            l.pick(
                line![
                    "Si no la recibimos hasta el ",
                    strong(time::day(*until, l)),
                    ", cerraremos la solicitud; podrá reabrirla después."
                ],
                line!["Without it by ", strong(time::day(*until, l)), " we will close the request; you can reopen it afterwards."],
            ),
        ],
        Message::Replied { person, text } => {
            vec![l.pick(line![person, " respondió:"], line![person, " replied:"]), quote(text)]
        }
        Message::Escalated { person, level, task, handover } => {
            let mut blocks = vec![l.pick(
                line![person, " le asignó la tarea de resolver la incidencia ", ticket(), format!(" (escalado {level}).")],
                line![person, " assigned you incident ", ticket(), format!(" (level {level}).")],
            )];
            blocks.push(task_line(task, l));
            blocks.push(l.pick(line!["Qué se intentó y qué falta:"], line!["What was tried, what is missing:"]));
            blocks.push(quote(handover));
            blocks.extend(open("Abrir", "Open"));
            blocks
        }
        Message::Assigned { person, previous, level: _, task, reason } => {
            let mut blocks = vec![match previous {
                Some(previous) => l.pick(
                    line![person, " le reasignó, de ", previous, ", la incidencia ", ticket(), "."],
                    line![person, " reassigned incident ", ticket(), " to you from ", previous, "."],
                ),
                None => l.pick(
                    line![person, " le asignó la incidencia ", ticket(), "."],
                    line![person, " assigned you incident ", ticket(), "."],
                ),
            }];
            if let Some(reason) = reason {
                blocks.push(l.pick(line!["Motivo:"], line!["Reason:"]));
                blocks.push(quote(reason));
            }
            blocks.push(task_line(task, l));
            blocks.extend(open("Abrir", "Open"));
            blocks
        }
        Message::ReturnedToDesk { person, reason } => {
            let mut blocks = vec![
                l.pick(
                    line![person, " devolvió ", ticket(), " a la Mesa de Ayuda:"],
                    line![person, " returned ", ticket(), " to the help desk:"],
                ),
                quote(reason),
            ];
            blocks.extend(open("Abrir", "Open"));
            blocks
        }
        Message::Denied { person, reason } => {
            let mut blocks = vec![
                l.pick(
                    line![person, " indicó que el problema sigue en ", ticket(), ":"],
                    line![person, " said that ", ticket(), " still fails:"],
                ),
                quote(reason),
            ];
            blocks.extend(open("Abrir", "Open"));
            blocks
        }
        Message::ReportSubmitted { person, report, area, recommendation } => {
            let mut blocks = vec![
                l.pick(
                    line![
                        person,
                        " elevó el Informe Técnico ",
                        report,
                        ", que sustenta la contratación de un servicio externo para la incidencia ",
                        ticket(),
                        format!(" ({area}).")
                    ],
                    line![
                        person,
                        " submitted technical report ",
                        report,
                        ", which argues for contracting an external service for incident ",
                        ticket(),
                        format!(" ({area}).")
                    ],
                ),
                l.pick(line!["Recomendación:"], line!["Recommendation:"]),
                quote(recommendation),
            ];
            blocks.extend(open("Evaluar", "Evaluate"));
            blocks
        }
        Message::ContractingApproved { person, report, grounds } => vec![
            l.pick(
                line![person, " evaluó el Informe Técnico ", report, ": ", strong("procede"), ". Fundamento:"],
                line![person, " evaluated technical report ", report, ": ", strong("approved"), ". Grounds:"],
            ),
            quote(grounds),
            l.pick(line!["Registre la contratación cuando se concrete."], line!["Record the contract when it is in place."]),
        ],
        Message::ContractingRejected { person, report, grounds, told } => {
            let mut blocks = vec![
                l.pick(
                    line![person, " evaluó el Informe Técnico ", report, ": ", strong("no procede"), ". Fundamento:"],
                    line![person, " evaluated technical report ", report, ": ", strong("not approved"), ". Grounds:"],
                ),
                quote(grounds),
            ];
            blocks.extend(told.as_ref().map(|told| {
                let told = with_post(told);
                l.pick(line![format!("Se comunicó a {told}.")], line![format!("{told}, was told.")])
            }));
            blocks
        }
        Message::ReportReturned { person, report, remarks } => vec![
            l.pick(
                line![person, " devolvió el Informe Técnico ", report, " para subsanar:"],
                line![person, " returned technical report ", report, " to be corrected:"],
            ),
            quote(remarks),
        ],
        Message::RejectionTold { requester, received_on, item, report, reason, it_head, is_acting, .. } => rejection(
            &Rejection {
                number: about.ticket.as_ref().map_or(0, |(number, _)| *number),
                requester,
                received_on: *received_on,
                item: item.as_deref(),
                report: report.as_deref().unwrap_or_default(),
                reason,
                it_head,
                is_acting: *is_acting,
            },
            l,
        ),
        Message::ProviderCoordinated { supplied, coverage, fault } => {
            let covered = match coverage {
                Some((kind, until)) => {
                    let (kind, until) = (coverage_kind(*kind, l).to_lowercase(), time::day(*until, l));
                    l.pick(format!(", cubierto por {kind} vigente hasta el {until}"), format!(", covered by {kind} until {until}"))
                }
                None => String::new(),
            };
            let mut blocks = vec![l.pick(
                line![format!("Solicitamos la atención del siguiente equipo o servicio{covered}:")],
                line![format!("We ask for attention to the following equipment or service{covered}:")],
            )];
            blocks.extend(item_line(supplied, l));
            blocks.push(l.pick(line!["Falla:"], line!["Fault:"]));
            blocks.push(quote(fault));
            blocks.push(contact_line(supplied, l));
            blocks.push(l.pick(
                line!["Agradeceremos confirmar la fecha de atención y su número de caso respondiendo a este correo."],
                line!["Please confirm the date of your attention and your case number by answering this mail."],
            ));
            blocks.push(l.pick(line!["Atentamente, Tecnologías de la Información"], line!["Regards, Information Technology"]));
            blocks
        }
        Message::ProviderReturned { supplied, served_on, visit, case, remark } => {
            let mut parts = Vec::new();
            if *visit > 0 {
                parts.push(l.pick(format!("{} visita", ordinal(*visit, Language::Spanish)), format!("visit {visit}")));
            }
            parts.extend(case.as_ref().map(|case| l.pick(format!("caso {case}"), format!("case {case}"))));
            let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
            let served = served_on.map(|on| time::day(on, l));
            let on = served.map_or_else(String::new, |on| l.pick(format!(" el {on}"), format!(" of {on}")));
            let mut blocks = vec![
                l.pick(
                    line![format!("Verificamos la atención brindada{on}{parts} y "), strong("la falla persiste"), ":"],
                    line![format!("We checked the service{on}{parts} and "), strong("the fault persists"), ":"],
                ),
                quote(remark),
            ];
            blocks.extend(item_line(supplied, l));
            blocks.push(l.pick(
                line!["Agradeceremos programar una nueva atención y confirmarnos la fecha respondiendo a este correo."],
                line!["Please schedule a new visit and confirm the date by answering this mail."],
            ));
            blocks.push(contact_line(supplied, l));
            blocks.push(l.pick(line!["Atentamente, Tecnologías de la Información"], line!["Regards, Information Technology"]));
            blocks
        }
        Message::Solved { solution, link_yes, link_no } => vec![
            l.pick(line!["Dimos por solucionada su solicitud."], line!["We consider your request solved."]),
            l.pick(line!["Qué se hizo:"], line!["What was done:"]),
            quote(solution),
            Block::Line(vec![
                strong(l.pick("¿Ya puede trabajar con normalidad?", "Can you work normally again?")),
                " ".into(),
                link(l.pick("Sí", "Yes"), link_yes),
                " · ".into(),
                link(l.pick("No, sigue el problema", "No, it still fails"), link_no),
            ]),
            l.pick(
                line!["Si todo está bien, no necesita hacer nada: la Mesa de Ayuda la cerrará."],
                line!["If all is well you need do nothing: the help desk will close it."],
            ),
        ],
        Message::Closed { to, closed_on, outcome, reopenable_until } => closed(to, *closed_on, outcome, *reopenable_until, ticket(), l),
        Message::ReopenedToDesk { person, times: _, reason, solution } => {
            let mut blocks = vec![
                l.pick(line![person, " reabrió ", ticket(), ":"], line![person, " reopened ", ticket(), ":"]),
                quote(reason),
            ];
            if let Some(solution) = solution {
                blocks.push(l.pick(line!["La solución anterior fue:"], line!["The earlier solution was:"]));
                blocks.push(quote(solution));
            }
            blocks.push(l.pick(line!["Vuelve a la Mesa de Ayuda."], line!["It is back at the help desk."]));
            blocks.extend(open("Abrir", "Open"));
            blocks
        }
        Message::Reopened => vec![l.pick(
            line![
                "Lamentamos que el problema haya vuelto. Reabrimos su solicitud ",
                ticket(),
                " y la Mesa de Ayuda la está atendiendo."
            ],
            line![
                "We are sorry that the trouble is back. Your request ",
                ticket(),
                " is open again and the help desk is attending it."
            ],
        )],
        Message::RequirementRecorded => vec![
            l.pick(
                line![
                    "Lo que solicita es un cambio o algo adicional a lo que ya existe, por lo que quedó registrado como ",
                    strong("requerimiento"),
                    ", con fines informativos sobre las necesidades de los usuarios. Este registro no abre una atención ni compromete un plazo."
                ],
                line![
                    "What you ask for is a change or an addition to what exists, so it was recorded as a ",
                    strong("requirement"),
                    ", to inform about the users' needs. The record opens no attention and sets no deadline."
                ],
            ),
            l.pick(
                line!["Si en realidad algo dejó de funcionar, responda a este correo y lo revisamos."],
                line!["If something has in fact stopped working, answer this mail and we will look at it."],
            ),
        ],
        Message::Discarded { reason } => {
            let mut blocks = vec![l.pick(
                line!["Revisamos su solicitud y no corresponde a Tecnologías de la Información."],
                line!["We looked at your request and it is not a matter for Information Technology."],
            )];
            blocks.extend(reason.as_deref().map(quote));
            blocks.push(l.pick(
                line!["Si cree que es un error, responda a este correo."],
                line!["If you think this is a mistake, answer this mail."],
            ));
            blocks
        }
        Message::Joined => vec![l.pick(
            line!["Otra persona reportó lo mismo y ya se está atendiendo. Le avisaremos cuando esté solucionado."],
            line!["Somebody else reported the same and it is being attended. We will tell you when it is solved."],
        )],
        Message::PrincipalSolved { solution } => {
            let mut blocks = vec![l.pick(line!["Ya se solucionó lo que usted reportó."], line!["What you reported is solved."])];
            blocks.extend(done(solution.as_deref(), l));
            blocks.push(l.pick(
                line!["Si en su caso sigue fallando, responda a este correo."],
                line!["If it still fails for you, answer this mail."],
            ));
            blocks
        }
        Message::PrincipalNotApproved => vec![l.pick(
            line!["No se aprobó contratar el servicio externo que requería lo que usted reportó."],
            line!["The external service that was needed for what you reported was not approved."],
        )],
        Message::NotMatched => vec![l.pick(
            line![
                "Recibimos su correo, pero la referencia que contiene no es válida o la solicitud ya no admite respuestas. \
                 Se registró para que la Mesa de Ayuda lo revise."
            ],
            line![
                "We got your mail, but its reference is not valid or the request takes no more answers. \
                 It was recorded and the help desk will look at it."
            ],
        )],
        Message::AccountInvited { until, link } => {
            let until = time::full(*until, l);
            vec![
                l.pick(
                    line![format!("Use este enlace hasta el {until} para elegir su contraseña: "), Span::Url(link.clone())],
                    line![format!("Use this link until {until} to choose your password: "), Span::Url(link.clone())],
                ),
                l.pick(
                    line!["Si no lo esperaba, no haga nada y avise a la Mesa de Ayuda."],
                    line!["If you did not expect it, do nothing and tell the help desk."],
                ),
            ]
        }
        Message::PasswordReset { minutes, link } => vec![
            l.pick(
                line![
                    format!("Pidió restablecer su contraseña. Use este enlace en los próximos {minutes} minutos: "),
                    Span::Url(link.clone())
                ],
                line![format!("You asked to reset your password. Use this link within {minutes} minutes: "), Span::Url(link.clone())],
            ),
            l.pick(line!["Si no fue usted, ignore este correo."], line!["If it was not you, ignore this mail."]),
        ],
    }
}

fn closed(to: &ClosedTo, on: Day, outcome: &ClosedAs, reopenable_until: Option<Day>, ticket: Span, l: Language) -> Vec<Block> {
    let day = time::day(on, l);
    let mut blocks = match to {
        ClosedTo::Requester => vec![l.pick(
            line!["Su solicitud ", ticket.clone(), format!(" se cerró el {day}.")],
            line!["Your request ", ticket.clone(), format!(" was closed on {day}.")],
        )],
        ClosedTo::Creator { requester, extension } => {
            let call = match extension {
                Some(extension) => {
                    l.pick(format!(": avísele al anexo {extension}."), format!(": please tell them at extension {extension}."))
                }
                None => l.pick(": avísele por teléfono.".to_owned(), ": please tell them by phone.".to_owned()),
            };
            vec![l.pick(
                line![
                    "La solicitud ",
                    ticket.clone(),
                    " de ",
                    requester,
                    format!(", que usted registró, se cerró el {day}. {requester} no tiene correo registrado{call}")
                ],
                line![
                    "Request ",
                    ticket,
                    " of ",
                    requester,
                    format!(", which you registered, was closed on {day}. {requester} has no e-mail on record{call}")
                ],
            )]
        }
        ClosedTo::Watcher { requester } => vec![l.pick(
            line!["La solicitud ", ticket.clone(), " de ", requester, format!(" se cerró el {day}.")],
            line!["Request ", ticket, " of ", requester, format!(" was closed on {day}.")],
        )],
    };
    let is_theirs = *to == ClosedTo::Requester;
    match outcome {
        ClosedAs::Solved { solution } => blocks.extend(done(solution.as_deref(), l)),
        ClosedAs::NotApproved { told } => blocks.push(match told.as_ref().map(with_post) {
            Some(told) => l.pick(
                line![format!("No se aprobó contratar el servicio externo que se requería. La Jefatura de TI lo comunicó a {told}.")],
                line![format!("The external service that was needed was not approved. The head of IT told {told}.")],
            ),
            None => l.pick(
                line!["No se aprobó contratar el servicio externo que se requería."],
                line!["The external service that was needed was not approved."],
            ),
        }),
        ClosedAs::Unanswered { asked_on } if is_theirs => blocks.extend(asked_on.map(|on| {
            let on = time::day(on, l);
            l.pick(
                line![format!("No pudimos comunicarnos con usted desde el {on}.")],
                line![format!("We have not been able to reach you since {on}.")],
            )
        })),
        ClosedAs::Unanswered { .. } => {
            blocks.push(l.pick(line!["La persona no respondió."], line!["The person did not answer."]));
        }
    }
    if let Some(until) = reopenable_until.filter(|_| is_theirs && !matches!(outcome, ClosedAs::NotApproved { .. })) {
        let until = time::day(until, l);
        blocks.push(l.pick(
            line![format!("Si el problema vuelve, responda a este correo o reábrala hasta el {until}.")],
            line![format!("If the trouble comes back, answer this mail or reopen it until {until}.")],
        ));
    }
    if is_theirs {
        blocks.push(l.pick(line!["Gracias por comunicarse con la Mesa de Ayuda."], line!["Thank you for writing to the help desk."]));
    }
    blocks
}

fn done(solution: Option<&str>, l: Language) -> Vec<Block> {
    let Some(solution) = solution else { return Vec::new() };
    vec![l.pick(line!["Qué se hizo:"], line!["What was done:"]), quote(solution)]
}

fn with_post((name, post): &(String, Option<String>)) -> String {
    post.as_ref().map_or_else(|| name.clone(), |post| format!("{name}, {post}"))
}

fn labelled(parts: Vec<(&str, Option<&String>)>, between: &str) -> String {
    let shown = parts.into_iter().filter_map(|(label, value)| value.map(|value| format!("{label}: {value}")));
    shown.collect::<Vec<_>>().join(between)
}

fn task_line(task: &Task, l: Language) -> Block {
    let mut who =
        l.pick(format!("Solicitante: {}, {}", task.requester, task.area), format!("Requester: {}, {}", task.requester, task.area));
    if let Some(extension) = &task.extension {
        who += &l.pick(format!(", anexo {extension}"), format!(", extension {extension}"));
    }
    let rest = labelled(
        vec![(l.pick("Lugar", "Place"), task.place.as_ref()), (l.pick("Equipo o servicio", "Equipment or service"), task.item.as_ref())],
        ". ",
    );
    let rest = if rest.is_empty() { String::new() } else { format!(" {rest}.") };
    line![format!("{who}.{rest}")]
}

fn item_line(supplied: &Supplied, l: Language) -> Option<Block> {
    let parts = vec![
        (l.pick("Equipo o servicio", "Equipment or service"), supplied.item.as_ref()),
        (l.pick("Ubicación", "Place"), supplied.place.as_ref()),
    ];
    Some(labelled(parts, " · ")).filter(|text| !text.is_empty()).map(|text| line![text])
}

fn contact_line(supplied: &Supplied, l: Language) -> Block {
    let mut parts = vec![supplied.technician.clone()];
    parts.extend(supplied.extension.as_ref().map(|n| l.pick(format!("anexo {n}"), format!("extension {n}"))));
    parts.extend(supplied.email.clone());
    line![l.pick("Contacto: ", "Contact: "), format!("{}.", parts.join(", "))]
}

/// To the people of the agency; a provider is not shown the desk's telephones.
/// What the user area's head is told of a rejection, but for who it is from and to.
pub struct Rejection<'a> {
    /// The ticket's number.
    pub number: i64,
    pub requester: &'a str,
    pub received_on: Day,
    pub item: Option<&'a str>,
    pub report: &'a str,
    pub reason: &'a str,
    pub it_head: &'a str,
    pub is_acting: bool,
}

/// Its subject.
pub fn rejection_subject(number: i64, title: &str, l: Language) -> String {
    let text = l.pick(format!("Comunicación de la Jefatura de TI: {title}"), format!("From the head of IT: {title}"));
    cut(&one_line(&format!("[TI-{number}] {text}")), SUBJECT_LETTERS)
}

/// To whom it is.
pub fn rejection_greeting(name: &str, post: Option<&str>, l: Language) -> Vec<Block> {
    let mut blocks = vec![l.pick(line!["Estimado(a) ", name], line!["Dear ", name, ","])];
    blocks.extend(post.map(|post| line![post]));
    blocks
}

/// Its blocks, so that who decides reads it before it goes.
pub fn rejection(told: &Rejection, l: Language) -> Vec<Block> {
    let &Rejection { number, requester, received_on, item, report, reason, it_head, is_acting } = told;
    let ticket = || strong(format!("TI-{number}"));
    let day = time::day(received_on, l);
    let about_item = match item {
        Some(item) => l.pick(format!(", referida a {item}"), format!(", concerning {item}")),
        None => String::new(),
    };
    vec![
        l.pick(
            line![
                "Tengo a bien dirigirme a usted con relación a la incidencia ",
                ticket(),
                ", solicitada por ",
                requester,
                format!(" el {day}{about_item}.")
            ],
            line!["I write about incident ", ticket(), ", asked for by ", requester, format!(" on {day}{about_item}.")],
        ),
        l.pick(
            line![
                "El equipo o servicio no cuenta con garantía ni soporte técnico vigente, por lo que se elaboró el ",
                crate::report_name(report, l),
                ", que sustenta la contratación de un servicio externo. Evaluado dicho sustento, ",
                strong("no procede la contratación"),
                ", por lo siguiente:"
            ],
            line![
                "It has no warranty or contracted support, so technical report ",
                report,
                " was written to argue for contracting an external service. After evaluating it, ",
                strong("contracting is not approved"),
                ", for this reason:"
            ],
        ),
        quote(reason),
        l.pick(
            line!["La incidencia se cerrará con este resultado. Para cualquier consulta, quedo a su disposición."],
            line!["The incident will be closed with this outcome. I remain at your disposal."],
        ),
        l.pick(line!["Atentamente,"], line!["Yours sincerely,"]),
        line![strong(it_head)],
        l.pick(
            line!["Jefe de Tecnologías de la Información", if is_acting { " (e)" } else { "" }],
            line!["Head of Information Technology", if is_acting { " (acting)" } else { "" }],
        ),
    ]
}

fn footer(message: &Message, about: &About, l: Language) -> Vec<Span> {
    let is_outside = matches!(message, Message::ProviderCoordinated { .. } | Message::ProviderReturned { .. });
    if is_outside {
        return Vec::new();
    }
    let mut parts: Vec<String> =
        vec![l.pick("Mesa de Ayuda", "Help desk").into(), l.pick("Tecnologías de la Información", "Information Technology").into()];
    parts.extend(about.extension.as_ref().map(|n| l.pick(format!("Anexo {n}"), format!("Extension {n}"))));
    parts.extend(about.mobile.as_ref().map(|n| l.pick(format!("Celular {n}"), format!("Mobile {n}"))));
    if about.ticket.is_some() {
        parts.push(l.pick("Puede responder a este correo.", "You can answer this mail.").into());
    }
    let mut spans = vec![Span::from(parts.join(" · "))];
    if let Some(url) = about.link.as_ref().filter(|_| !has_own_link(message)) {
        spans.push(" · ".into());
        spans.push(link(l.pick("Ver la solicitud", "See the request"), url));
    }
    spans
}

/// One link in a mail: those that lead somewhere themselves have none in the footer.
fn has_own_link(message: &Message) -> bool {
    matches!(
        message,
        Message::Escalated { .. }
            | Message::Assigned { .. }
            | Message::ReturnedToDesk { .. }
            | Message::Denied { .. }
            | Message::ReportSubmitted { .. }
            | Message::Solved { .. }
            | Message::ReopenedToDesk { .. }
            | Message::AccountInvited { .. }
            | Message::PasswordReset { .. }
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use domain::CoverageKind;

    use super::*;

    fn day(n: u32) -> Day {
        Day::from_ymd_opt(2026, 11, n).expect("a day of November")
    }

    fn about() -> About {
        About {
            ticket: Some((123, "La multifuncional del piso 5 no imprime".into())),
            name: Some("Gladys Vargas".into()),
            link: Some("https://ayuda.agencia.example/tickets/123".into()),
            extension: Some("2145".into()),
            mobile: Some("999 111 222".into()),
        }
    }

    fn task() -> Task {
        Task {
            requester: "Gladys Vargas".into(),
            area: "Unidad de Logística".into(),
            extension: Some("3012".into()),
            place: Some("Sede central, piso 5".into()),
            item: Some("IMP-0512 · Impresora y multifuncional".into()),
        }
    }

    fn supplied() -> Supplied {
        Supplied {
            company: "Impresiones S.A.C.".into(),
            item: Some("IMP-0512".into()),
            place: Some("Sede central, piso 5".into()),
            technician: "Karina Ccori".into(),
            extension: Some("2147".into()),
            email: Some("kccori@agencia.example".into()),
        }
    }

    fn closed_as(outcome: ClosedAs, to: ClosedTo, reopenable_until: Option<Day>) -> Message {
        Message::Closed { to, closed_on: day(20), outcome, reopenable_until }
    }

    /// One of each, and more where their parts change what is said.
    fn every() -> Vec<Message> {
        let person = || "Karina Ccori".to_owned();
        let report = || "N.° 031-2026-OA-TI".to_owned();
        let solved = || ClosedAs::Solved { solution: Some("Se cambió el fusor.".into()) };
        let head = || Some(("Julia Jefa".to_owned(), Some("Directora de Administración".to_owned())));
        let instant = chrono::Utc.with_ymd_and_hms(2026, 11, 20, 21, 5, 0).single().expect("an instant");
        vec![
            Message::Received { came: Came::Written },
            Message::Received { came: Came::ByPhone },
            Message::Received { came: Came::InPerson },
            Message::Asked { person: person(), question: "¿Qué mensaje muestra la pantalla?".into() },
            Message::Reminded { question: "¿Qué mensaje muestra la pantalla?".into(), until: day(22) },
            Message::Replied { person: person(), text: "Mañana revisamos el equipo.\nGracias por la foto.".into() },
            Message::Escalated { person: person(), level: 1, task: task(), handover: "Se probó otro cable.".into() },
            Message::Escalated {
                person: person(),
                level: 2,
                task: Task { requester: "Ana".into(), area: "OTI".into(), ..Task::default() },
                handover: "x".into(),
            },
            Message::Assigned {
                person: person(),
                previous: Some("Hugo Torres".into()),
                level: Some(1),
                task: task(),
                reason: Some("Está de vacaciones.".into()),
            },
            Message::Assigned { person: person(), previous: None, level: None, task: task(), reason: None },
            Message::ReturnedToDesk { person: person(), reason: "No es del equipo.".into() },
            Message::Denied { person: "Gladys Vargas".into(), reason: "Volvió el error.".into() },
            Message::ReportSubmitted {
                person: person(),
                report: report(),
                area: "Unidad de Logística".into(),
                recommendation: "Contratar la reparación.".into(),
            },
            Message::ContractingApproved { person: person(), report: report(), grounds: "Es necesario.".into() },
            Message::ContractingRejected { person: person(), report: report(), grounds: "No hay presupuesto.".into(), told: head() },
            Message::ContractingRejected { person: person(), report: report(), grounds: "No hay presupuesto.".into(), told: None },
            Message::ReportReturned { person: person(), report: report(), remarks: "Falta el costo.".into() },
            Message::RejectionTold {
                name: "Julia Jefa".into(),
                post: Some("Directora de Administración".into()),
                requester: "Gladys Vargas".into(),
                received_on: day(12),
                item: Some("IMP-0512".into()),
                report: Some(report()),
                reason: "El equipo cumplió su vida útil.".into(),
                it_head: "Jorge Ríos".into(),
                is_acting: true,
            },
            Message::ProviderCoordinated {
                supplied: supplied(),
                coverage: Some((CoverageKind::Warranty, day(30))),
                fault: "Error 50.2.".into(),
            },
            Message::ProviderCoordinated {
                supplied: Supplied { company: "X".into(), technician: "Y".into(), ..Supplied::default() },
                coverage: None,
                fault: "z".into(),
            },
            Message::ProviderReturned {
                supplied: supplied(),
                served_on: Some(day(18)),
                visit: 1,
                case: Some("CAS-77".into()),
                remark: "Sigue el error.".into(),
            },
            Message::ProviderReturned { supplied: supplied(), served_on: None, visit: 0, case: None, remark: "Sigue el error.".into() },
            Message::Solved {
                solution: "Se cambió el fusor.".into(),
                link_yes: "https://ayuda.agencia.example/answer#t".into(),
                link_no: "https://ayuda.agencia.example/answer#t&no".into(),
            },
            closed_as(solved(), ClosedTo::Requester, Some(day(30))),
            closed_as(ClosedAs::NotApproved { told: head() }, ClosedTo::Requester, None),
            closed_as(ClosedAs::NotApproved { told: None }, ClosedTo::Requester, None),
            closed_as(ClosedAs::Unanswered { asked_on: Some(day(10)) }, ClosedTo::Requester, Some(day(30))),
            closed_as(solved(), ClosedTo::Creator { requester: "Ana Paz".into(), extension: Some("3012".into()) }, Some(day(30))),
            closed_as(solved(), ClosedTo::Creator { requester: "Ana Paz".into(), extension: None }, Some(day(30))),
            closed_as(solved(), ClosedTo::Watcher { requester: "Ana Paz".into() }, Some(day(30))),
            closed_as(ClosedAs::Unanswered { asked_on: None }, ClosedTo::Watcher { requester: "Ana Paz".into() }, None),
            Message::ReopenedToDesk {
                person: "Gladys Vargas".into(),
                times: 2,
                reason: "Volvió.".into(),
                solution: Some("Se cambió el fusor.".into()),
            },
            Message::Reopened,
            Message::RequirementRecorded,
            Message::Discarded { reason: Some("Corresponde a Logística.".into()) },
            Message::Discarded { reason: None },
            Message::Joined,
            Message::PrincipalSolved { solution: Some("Se reinició el servicio.".into()) },
            Message::PrincipalNotApproved,
            Message::NotMatched,
            Message::AccountInvited { until: instant, link: "https://ayuda.agencia.example/password#t".into() },
            Message::PasswordReset { minutes: 60, link: "https://ayuda.agencia.example/password#t".into() },
        ]
    }

    fn is_of_no_ticket(message: &Message) -> bool {
        matches!(message, Message::NotMatched | Message::AccountInvited { .. } | Message::PasswordReset { .. })
    }

    fn letters(l: Language) -> Vec<Letter> {
        let about_of = |message: &Message| match message {
            message if is_of_no_ticket(message) => About { ticket: None, link: None, ..about() },
            _ => about(),
        };
        every().iter().map(|message| letter(message, &about_of(message), l)).collect()
    }

    fn written(l: Language) -> String {
        letters(l).iter().map(|letter| format!("Subject: {}\n\n{}\n========\n\n", letter.subject, letter.text())).collect()
    }

    #[test]
    fn every_mail_in_spanish() {
        insta::assert_snapshot!(written(Language::Spanish));
    }

    #[test]
    fn every_mail_in_english() {
        insta::assert_snapshot!(written(Language::English));
    }

    #[test]
    fn a_mail_as_a_page() {
        let solved = every().into_iter().find(|message| matches!(message, Message::Solved { .. })).expect("it is among them");
        insta::assert_snapshot!(letter(&solved, &about(), Language::Spanish).html());
    }

    #[test]
    fn every_subject_is_short_and_begins_with_its_ticket() {
        for l in Language::ALL {
            for (letter, message) in letters(l).iter().zip(every()) {
                assert!(letter.subject.chars().count() <= SUBJECT_LETTERS, "{}", letter.subject);
                assert_eq!(letter.subject.starts_with("[TI-123] "), !is_of_no_ticket(&message), "{}", letter.subject);
            }
        }
    }

    #[test]
    fn a_long_title_is_cut_at_a_word() {
        let long =
            About { ticket: Some((7, "La impresora del quinto piso no imprime desde ayer a las nueve de la mañana".into())), ..about() };

        let letter = letter(&Message::Received { came: Came::Written }, &long, Language::Spanish);

        assert_eq!(letter.subject, "[TI-7] Recibimos su solicitud: La impresora del quinto piso no…");
    }

    #[test]
    fn one_link_in_a_mail_but_for_the_two_answers() {
        for l in Language::ALL {
            for (letter, message) in letters(l).iter().zip(every()) {
                let n = letter.html().matches("<a href").count();
                let outside = matches!(message, Message::ProviderCoordinated { .. } | Message::ProviderReturned { .. });
                let expected = match message {
                    Message::Solved { .. } => 2,
                    Message::NotMatched => 0,
                    _ if outside => 0,
                    _ => 1,
                };
                assert_eq!(n, expected, "{}", letter.text());
            }
        }
    }

    #[test]
    fn who_is_not_known_by_name_is_greeted_all_the_same() {
        let nobody = About { name: None, ..about() };
        let first = |l| letter(&Message::Joined, &nobody, l).text().lines().next().map(str::to_owned);
        assert_eq!(first(Language::Spanish).as_deref(), Some("Estimado(a) usuario(a):"));
        assert_eq!(first(Language::English).as_deref(), Some("Dear user,"));
    }

    #[test]
    fn a_provider_is_told_nothing_of_the_desk_and_its_people() {
        for l in Language::ALL {
            for (letter, _) in letters(l)
                .iter()
                .zip(every())
                .filter(|(_, message)| matches!(message, Message::ProviderCoordinated { .. } | Message::ProviderReturned { .. }))
            {
                for hidden in ["Gladys", "2145", "999 111 222", "ayuda.agencia.example"] {
                    assert!(!letter.text().contains(hidden), "{}", letter.text());
                }
            }
        }
    }

    #[test]
    fn what_is_quoted_is_never_too_long() {
        let long = "palabra ".repeat(2_000);
        let letter = letter(&Message::Replied { person: "Ana".into(), text: long }, &about(), Language::Spanish);
        assert!(letter.text().chars().count() < 3_500 && letter.text().contains("palabra…»"));
    }
}
