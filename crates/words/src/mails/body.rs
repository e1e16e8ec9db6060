//! What stands between the greeting and the footer: a case for each message.

use domain::Day;

use super::message::{About, Came, ClosedAs, ClosedTo, Message, Supplied, Task};
use super::rejection::{Rejection, rejection};
use crate::letter::{Block, Span, link, quote, strong};
use crate::ticket_screen::report_number;
use crate::{Language, coverage_kind, ordinal, time};

pub(super) fn body(message: &Message, about: &About, l: Language) -> Vec<Block> {
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
                        report_number(report),
                        ", que sustenta la contratación de un servicio externo para la incidencia ",
                        ticket(),
                        format!(" ({area}).")
                    ],
                    line![
                        person,
                        " submitted technical report ",
                        report_number(report),
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
                line![person, " evaluó el Informe Técnico ", report_number(report), ": ", strong("procede"), ". Fundamento:"],
                line![person, " evaluated technical report ", report_number(report), ": ", strong("approved"), ". Grounds:"],
            ),
            quote(grounds),
            l.pick(line!["Registre la contratación cuando se concrete."], line!["Record the contract when it is in place."]),
        ],
        Message::ContractingRejected { person, report, grounds, told } => {
            let mut blocks = vec![
                l.pick(
                    line![person, " evaluó el Informe Técnico ", report_number(report), ": ", strong("no procede"), ". Fundamento:"],
                    line![person, " evaluated technical report ", report_number(report), ": ", strong("not approved"), ". Grounds:"],
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
                line![person, " devolvió el Informe Técnico ", report_number(report), " para subsanar:"],
                line![person, " returned technical report ", report_number(report), " to be corrected:"],
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
