//! What may be asked of a ticket: the label of its button, and the line under it.

use domain::{Action, Phase};

use crate::{Language, words};

/// The label of an action, in the button, the menu and the palette; escalating says to which level.
pub fn action(action: Action, phase: Phase, language: Language) -> &'static str {
    match (action, phase) {
        (Action::Escalate, Phase::Escalated1) => language.pick("Escalar (escalado\u{a0}2)", "Escalate to level 2"),
        (Action::Escalate, _) => language.pick("Escalar (escalado\u{a0}1)", "Escalate to level 1"),
        (other, _) => label(other, language),
    }
}

/// The plain explanation of an action in a phase: escalating the second time is for who verifies the coverage.
pub fn action_help_in(action: Action, phase: Phase, language: Language) -> &'static str {
    match (action, phase) {
        (Action::Escalate, Phase::Escalated1) => {
            language.pick("Asígnela a quien verificará garantía o soporte.", "Assign it to whoever will check for a warranty or support.")
        }
        (other, _) => action_help(other, language),
    }
}

words! {
    fn label(action: Action) {
        Action::Categorise => "Categorizar", "Categorise";
        Action::RecordAction => "Registrar acción realizada", "Record what was done";
        Action::RecordSolution => "Registrar solución", "Record the solution";
        Action::Escalate => "Escalar", "Escalate";
        Action::CoordinateProvider => "Coordinar con el proveedor", "Coordinate with the provider";
        Action::DraftReport => "Guardar borrador del informe", "Save the report's draft";
        Action::SubmitTechnicalReport => "Elevar Informe Técnico", "Submit the technical report";
        Action::ApproveContracting => "Procede", "Approve";
        Action::RejectContracting => "No procede", "Do not approve";
        Action::RecordContract => "Registrar contratación", "Record the contract";
        Action::RecordServiceProvided => "Registrar servicio brindado", "Record the service provided";
        Action::ConfirmResolution => "Dar conformidad", "Confirm the resolution";
        Action::ReturnToProvider => "Devolver al proveedor", "Return to the provider";
        Action::Close => "Cerrar", "Close";
        Action::LogTask => "Registrar tarea", "Log a task";
        Action::Comment => "Responder", "Reply";
        Action::Attach => "Adjuntar archivo", "Attach a file";
        Action::Watch => "Seguir", "Watch";
        Action::Unwatch => "Dejar de seguir", "Stop watching";
        Action::AskPerson => "Pedir información", "Ask for information";
        Action::Remind => "Recordar", "Remind";
        Action::Resume => "Continuar atención", "Resume";
        Action::GiveUpWaiting => "Dar por no respondida", "Give up waiting";
        Action::Take => "Tomar", "Take";
        Action::Reassign => "Reasignar", "Reassign";
        Action::ReturnToDesk => "Devolver a la Mesa de Ayuda", "Return to the help desk";
        Action::CorrectCategory => "Corregir categoría", "Correct the category";
        Action::CorrectFacts => "Corregir datos", "Correct the facts";
        Action::ReturnReport => "Devolver con observaciones", "Return with remarks";
        Action::WithdrawReport => "Retirar el informe", "Withdraw the report";
        Action::CoverageRefused => "Cobertura no reconocida", "Coverage refused";
        Action::ContractingFailed => "Contratación no concretada", "Contracting failed";
        Action::ConfirmSolved => "Sí, ya funciona", "Yes, it works";
        Action::DenySolved => "No, sigue el problema", "No, it still fails";
        Action::Reopen => "Reabrir", "Reopen";
        Action::Withdraw => "Retirar solicitud", "Withdraw";
        Action::MarkDuplicate => "Unir a otra solicitud", "Join to another ticket";
        Action::UndoDuplicate => "Deshacer la unión", "Undo the joining";
        Action::Discard => "Descartar", "Discard";
        Action::CreateFromThis => "Crear otra a partir de esta", "Create another from this";
        Action::HideNote => "Ocultar texto", "Hide the text";
        Action::MarkInformedByPhone => "Avisada por teléfono", "Told by phone";
    }

    /// The plain explanation of an action, under its button and in the help; in a phase, see [`action_help_in`].
    pub fn action_help(action: Action) {
        Action::Categorise => "Indique si es incidencia, ocurrencia o requerimiento.", "Say whether it is an incident, an occurrence or a requirement.";
        Action::RecordAction => "Diga qué se hizo para atender la ocurrencia.", "Say what was done to attend the occurrence.";
        Action::RecordSolution => "Diga cuál fue la causa y cómo se resolvió.", "Say what the cause was and how it was solved.";
        Action::Escalate => "Asígnela al personal de TI que corresponda.", "Assign it to the person of IT whose matter it is.";
        Action::CoordinateProvider => "Cuenta con garantía o soporte: indique cuál y qué se coordinó.", "It has a warranty or support: say which, and what was agreed.";
        Action::DraftReport => "Guarde lo avanzado para continuar después; aún no se eleva.", "Keep what is written and go on later; it is not submitted yet.";
        Action::SubmitTechnicalReport => "No cuenta con garantía ni soporte: sustente la contratación.", "No warranty or support: argue for contracting a service.";
        Action::ApproveContracting => "Se ejecutará el proceso de contratación.", "The contracting process will be carried out.";
        Action::RejectContracting => "Se comunicará al Director o Jefe del área.", "The area's head will be told.";
        Action::RecordContract => "Indique el proveedor y la orden o el contrato.", "Say the provider, and the order or contract.";
        Action::RecordServiceProvided => "Indique cuándo y qué atendió el proveedor.", "Say when the provider served, and what was done.";
        Action::ConfirmResolution => "Se resolvió: registre la solución y la conformidad.", "It is solved: record the solution and the conformity.";
        Action::ReturnToProvider => "No se resolvió: comuníquelo y espere la nueva atención.", "It is not solved: tell the provider, and wait for the next visit.";
        Action::Close => "Cierra la solicitud y envía el correo.", "Closes the ticket and sends the mail.";
        Action::LogTask => "Deje constancia de lo que va haciendo, sin cambiar el estado.", "Put on record what you are doing; the state stays.";
        Action::Comment => "La persona lo verá y le llegará por correo.", "The person will see it, and get it by e-mail.";
        Action::Attach => "Una foto o un documento que ayude.", "A photo or a document that helps.";
        Action::Watch => "Reciba los avisos de esta solicitud.", "Get this ticket's notifications.";
        Action::Unwatch => "Ya no recibirá los avisos de esta solicitud.", "You will get this ticket's notifications no more.";
        Action::AskPerson => "Pregunta a la persona; el plazo se detiene hasta que responda.", "Asks the person; the clock stops until the answer.";
        Action::Remind => "Vuelve a enviar la pregunta a la persona.", "Sends the question to the person again.";
        Action::Resume => "La persona respondió por otro medio; el plazo vuelve a correr.", "The person answered by other means; the clock runs again.";
        Action::GiveUpWaiting => "Tras los recordatorios, pasa a cierre sin respuesta.", "After the reminders, it goes to its closing without an answer.";
        Action::Take => "Pasa a estar a su cargo.", "It becomes yours.";
        Action::Reassign => "Otro técnico del mismo nivel se hace cargo.", "Another technician of the same level takes over.";
        Action::ReturnToDesk => "Fue escalada por error o le faltan datos.", "It was escalated by mistake, or facts are missing.";
        Action::CorrectCategory => "Cambia el tipo e indica el motivo.", "Changes the kind and says why.";
        Action::CorrectFacts => "Persona, área, servicio, equipo o título.", "Person, area, service, equipment or subject.";
        Action::ReturnReport => "El Informe Técnico debe subsanarse.", "The technical report must be mended.";
        Action::WithdrawReport => "Aún no se decide y desea corregirlo.", "It is not decided yet, and you wish to correct it.";
        Action::CoverageRefused => "El proveedor no reconoce la garantía o el soporte.", "The provider does not recognise the warranty or support.";
        Action::ContractingFailed => "Quedó desierta, fue cancelada o no hay presupuesto.", "Nobody bid, it was cancelled, or there is no budget.";
        Action::ConfirmSolved => "Lo anotamos y cerramos su solicitud.", "We note it and close your request.";
        Action::DenySolved => "Vuelve a quien la atendió.", "It goes back to whoever attended it.";
        Action::Reopen => "El problema volvió.", "The trouble is back.";
        Action::Withdraw => "Ya no necesita apoyo.", "Support is not needed any more.";
        Action::MarkDuplicate => "Es lo mismo que otra ya registrada.", "It is the same as another one on record.";
        Action::UndoDuplicate => "No era lo mismo: vuelve a donde estaba.", "It was not the same: it goes back to where it was.";
        Action::Discard => "No corresponde a TI o llegó por error.", "It is not for IT, or came by mistake.";
        Action::CreateFromThis => "La persona pidió dos cosas: sepárelas.", "The person asked for two things: separate them.";
        Action::HideNote => "Contiene una contraseña o datos personales; queda constancia.", "It holds a password or personal data; that it was written stays on record.";
        Action::MarkInformedByPhone => "La persona no tiene correo y ya se le avisó.", "The person has no e-mail, and was told.";
    }

    /// An action inside a sentence: «No se puede registrar la solución …».
    pub fn action_infinitive(action: Action) {
        Action::Categorise => "categorizar", "categorise it";
        Action::RecordAction => "registrar la acción realizada", "record what was done";
        Action::RecordSolution => "registrar la solución", "record the solution";
        Action::Escalate => "escalar", "escalate it";
        Action::CoordinateProvider => "coordinar con el proveedor", "coordinate with the provider";
        Action::DraftReport => "guardar el borrador del informe", "save the report's draft";
        Action::SubmitTechnicalReport => "elevar el Informe Técnico", "submit the technical report";
        Action::ApproveContracting => "aprobar la contratación", "approve the contracting";
        Action::RejectContracting => "indicar que no procede la contratación", "reject the contracting";
        Action::RecordContract => "registrar la contratación", "record the contract";
        Action::RecordServiceProvided => "registrar el servicio brindado", "record the service provided";
        Action::ConfirmResolution => "dar la conformidad", "confirm the resolution";
        Action::ReturnToProvider => "devolver al proveedor", "return it to the provider";
        Action::Close => "cerrar", "close it";
        Action::LogTask => "registrar una tarea", "log a task";
        Action::Comment => "responder", "reply";
        Action::Attach => "adjuntar un archivo", "attach a file";
        Action::Watch => "seguir", "watch it";
        Action::Unwatch => "dejar de seguir", "stop watching it";
        Action::AskPerson => "pedir información", "ask for information";
        Action::Remind => "enviar un recordatorio", "send a reminder";
        Action::Resume => "continuar la atención", "resume the attention";
        Action::GiveUpWaiting => "dar por no respondida", "give up waiting";
        Action::Take => "tomar", "take it";
        Action::Reassign => "reasignar", "reassign it";
        Action::ReturnToDesk => "devolver a la Mesa de Ayuda", "return it to the help desk";
        Action::CorrectCategory => "corregir la categoría", "correct the category";
        Action::CorrectFacts => "corregir los datos", "correct the facts";
        Action::ReturnReport => "devolver el informe con observaciones", "return the report with remarks";
        Action::WithdrawReport => "retirar el informe", "withdraw the report";
        Action::CoverageRefused => "indicar que no se reconoció la cobertura", "say that the coverage was refused";
        Action::ContractingFailed => "indicar que la contratación no se concretó", "say that the contracting failed";
        Action::ConfirmSolved => "confirmar que ya funciona", "confirm that it works";
        Action::DenySolved => "indicar que el problema sigue", "say that it still fails";
        Action::Reopen => "reabrir", "reopen it";
        Action::Withdraw => "retirar", "withdraw it";
        Action::MarkDuplicate => "unir a otra solicitud", "join it to another ticket";
        Action::UndoDuplicate => "deshacer la unión", "undo the joining";
        Action::Discard => "descartar", "discard it";
        Action::CreateFromThis => "crear otra a partir de esta", "create another from it";
        Action::HideNote => "ocultar el texto", "hide the text";
        Action::MarkInformedByPhone => "indicar que se avisó por teléfono", "say that the person was told by phone";
    }
}
