//! What «Por evaluar» says: the report, the decision, and what its director is told.

use crate::more_texts;

more_texts! { decision_texts:
    decide_lead: "Lea el informe y decida. Al no aprobar, se comunica al Director o Jefe del área.", "Read the report and decide. When it is not approved, the area's head is told.";
    decide_read: "Leer el informe", "Read the report";
    decide_title: "Su decisión", "Your decision";
    decide_author: "Elaborado por", "Written by";
    decide_asked_by: "Solicitado por", "Asked by";
    decide_waits: "Espera", "Waiting";
    decide_cost: "Costo estimado", "Estimated cost";
    decide_no_cost: "Sin costo estimado", "No estimated cost";
    decide_verified: "Verificación de garantía o soporte", "Check for warranty or support";
    decide_tried: "Lo que se intentó", "What was tried";
    decide_ticket: "Ver la solicitud", "See the ticket";
    decide_again: "Este informe ya se devolvió antes", "This report was returned before";
    decide_preview: "Así le llegará", "As it will arrive";
    decide_preview_empty: "Escriba el fundamento y la comunicación, y aquí verá la carta completa antes de enviarla.", "Write the grounds and the communication, and see the whole letter here before it goes.";
    decide_preview_other: "No saldrá ningún correo: la comunicación se registra con el medio que eligió. Este es su texto.", "No mail will go out: the communication is recorded with the means that you chose. This is its text.";
    decide_preview_mail: "Saldrá por correo al registrar la decisión.", "It goes by mail when the decision is recorded.";
    decide_done: "La decisión quedó registrada.", "The decision is recorded.";
    decide_own: "Usted elaboró este informe: debe evaluarlo otra persona.", "You wrote this report: somebody else must evaluate it.";
    told_lead: "Lo que la Jefatura de TI comunicó a su área.", "What the head of IT told your area.";
    told_lead_of_all: "Lo que la Jefatura de TI comunicó a los Directores o Jefes.", "What the head of IT told the area heads.";
    told_empty_of_all: "No se ha comunicado nada todavía.", "Nothing has been communicated yet.";
    told_to: "Comunicado a", "Told to";
    told_by: "Por", "By";
    told_means: "Medio", "Means";
    report_by_area: "Área solicitante", "Requesting area";
}
