//! What a requester reads of a ticket that stands so: one or two plain sentences.

use domain::{Instant, Outcome, Phase, Standing};

use crate::{Language, time};

/// The requester's sentence. `since` is when it came to stand so (to this phase, or to this holder); `holder` is named where they are known.
pub fn sentence(standing: &Standing, since: Instant, now: Instant, holder: Option<&str>, language: Language) -> String {
    let say = |es: &str, en: &str| language.pick(es, en).to_owned();
    if standing.waiting.is_some() {
        return say("Esperamos su respuesta para continuar.", "We need your answer to go on.");
    }
    match standing.phase {
        Phase::Requested => {
            let ago = time::ago(since, now, language);
            language.pick(
                format!("La Mesa de Ayuda recibió su solicitud {ago} y la revisará en breve. No necesita volver a llamar."),
                format!("The help desk got your request {ago} and will look at it shortly. There is no need to call again."),
            )
        }
        Phase::InAttention => {
            let from = time::since(since, now, language);
            language.pick(format!("La Mesa de Ayuda la está atendiendo {from}."), format!("The help desk has been attending it {from}."))
        }
        Phase::Escalated1 => match holder {
            Some(person) => language.pick(
                format!("La atiende {person}, de Tecnologías de la Información."),
                format!("{person}, of Information Technology, is attending it."),
            ),
            None => say(
                "La atiende un especialista de Tecnologías de la Información.",
                "A specialist of Information Technology is attending it.",
            ),
        },
        Phase::Escalated2 => {
            let person = holder.unwrap_or(language.pick("Un especialista", "A specialist"));
            language.pick(
                format!("{person} verifica si el equipo o servicio tiene garantía o soporte contratado."),
                format!("{person} is checking whether the equipment or service has a warranty or contracted support."),
            )
        }
        Phase::UnderEvaluation => say(
            "Se requiere contratar un servicio externo. La Jefatura de TI está evaluando el sustento.",
            "An external service would have to be contracted. The head of IT is evaluating it.",
        ),
        Phase::Contracting => say(
            "Se aprobó contratar un servicio externo. La contratación está en trámite.",
            "Contracting an external service was approved and is under way.",
        ),
        Phase::WithProvider => {
            say("La atiende un proveedor externo. TI le hace seguimiento.", "An external provider is attending it. IT is following it up.")
        }
        Phase::Verifying => {
            say("El proveedor ya atendió. Estamos comprobando que funcione.", "The provider has served. We are checking that it works.")
        }
        Phase::ToClose => to_close(standing, since, now, language),
        Phase::Closed => closed(standing, since, now, language),
        Phase::Recorded => say(
            "Su pedido quedó registrado entre las necesidades de los usuarios. No abre una atención.",
            "Your request was recorded among the users' needs. It does not open an attention.",
        ),
        Phase::Withdrawn => say("Usted indicó que ya no necesita apoyo.", "You said that you no longer need support."),
        Phase::Duplicate => say(
            "Ya estamos atendiendo lo mismo. Le avisaremos cuando esté solucionado.",
            "We are already attending the same matter. We will tell you when it is solved.",
        ),
        Phase::Discarded => say("No corresponde a Tecnologías de la Información.", "It is not a matter for Information Technology."),
    }
}

fn to_close(standing: &Standing, since: Instant, now: Instant, language: Language) -> String {
    match standing.outcome {
        Some(Outcome::NotApproved) => language
            .pick(
                "No se aprobó contratar el servicio externo. Se comunicó al Director o Jefe de su área.",
                "Contracting the external service was not approved. The head of your area was told.",
            )
            .to_owned(),
        Some(Outcome::Unanswered) => language
            .pick(
                "No pudimos comunicarnos con usted. Si aún necesita apoyo, responda aquí.",
                "We could not reach you. If you still need support, answer here.",
            )
            .to_owned(),
        _ if standing.is_confirmed => language
            .pick(
                "Usted confirmó que funciona. La Mesa de Ayuda la cerrará; no necesita hacer nada más.",
                "You confirmed that it works. The help desk will close it; you need do nothing more.",
            )
            .to_owned(),
        _ => {
            let ago = time::ago(since, now, language);
            language.pick(
                format!("La dimos por solucionada {ago}. ¿Ya puede trabajar con normalidad?"),
                format!("We consider it solved {ago}. Can you work normally again?"),
            )
        }
    }
}

fn closed(standing: &Standing, since: Instant, now: Instant, language: Language) -> String {
    let date = time::date(since, language);
    let closed = language.pick(format!("Se cerró el {date}."), format!("Closed on {date}."));
    match standing.reopenable_until.filter(|until| now <= *until) {
        Some(until) => {
            let last = time::date(until, language);
            language.pick(
                format!("{closed} Si el problema volvió, puede reabrirla hasta el {last}."),
                format!("{closed} If the trouble is back you can reopen it until {last}."),
            )
        }
        None => closed,
    }
}
