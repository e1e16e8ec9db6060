//! The API's own problems, that are not refusals of the procedure: what each code says.

use domain::{Instant, Refusal};

use crate::counts::file_size;
use crate::{Language, time};

macro_rules! problems {
    ($($code:literal => ($es_title:literal, $es_detail:literal), ($en_title:literal, $en_detail:literal);)+) => {
        /// The title and the detail of a problem by its stable code. A detail may have places that the API fills: `{field}`, `{n}` (seconds),
        /// `{max}` (MB), `{id}` (of the request). A refusal has a title here, and its sentence in [`crate::refusal`].
        pub fn problem(code: &str, language: Language) -> Option<(&'static str, &'static str)> {
            let (es, en) = match code {
                $($code => (($es_title, $es_detail), ($en_title, $en_detail)),)+
                refused if Refusal::CODES.contains(&refused) => (
                    ("No se puede hacer", "No se puede hacer. Revise el motivo."),
                    ("It cannot be done", "It cannot be done. See the reason."),
                ),
                _ => return None,
            };
            Some(language.pick(es, en))
        }

        /// Every code that has words, for the tests.
        #[cfg(test)]
        pub(crate) const PROBLEMS: &[&str] = &[$($code),+];
    };
}

problems! {
    // Who calls.
    "unauthenticated" =>
        ("Su sesión terminó", "Su sesión terminó. Inicie sesión; lo que escribió se conserva."),
        ("Your session ended", "Your session ended. Sign in; what you wrote is kept.");
    "invalid_credentials" =>
        ("No se pudo iniciar sesión", "El correo o la contraseña no coinciden."),
        ("Could not sign in", "The e-mail or the password does not match.");
    "account_disabled" =>
        ("Cuenta deshabilitada", "Su cuenta está deshabilitada. Comuníquese con la Mesa de Ayuda."),
        ("Account disabled", "Your account is disabled. Contact the help desk.");
    "stale_session" =>
        ("Su sesión cambió", "Sus accesos o su contraseña cambiaron. Inicie sesión otra vez; lo que escribió se conserva."),
        ("Your session changed", "Your roles or your password changed. Sign in again; what you wrote is kept.");
    "wrong_origin" =>
        ("Origen no permitido", "La solicitud llegó desde otro sitio. Abra el sistema en su propia dirección y vuelva a intentarlo."),
        ("Origin not allowed", "The request came from another site. Open the system at its own address and try again.");
    "forbidden_role" =>
        ("No corresponde a su rol", "Su rol no permite hacer esto. Si lo necesita, pídalo a la administración del sistema."),
        ("Not for your role", "Your role does not allow this. If you need it, ask the administrator.");
    "session_needed" =>
        ("Requiere iniciar sesión", "Esto no se hace con un acceso para integraciones. Inicie sesión con su correo y su contraseña."),
        ("Sign in for this", "This is not done with an access token for integrations. Sign in with your e-mail and your password.");
    "token_scope" =>
        ("El acceso no lo permite", "Este acceso para integraciones no permite esa operación. Cree otro con el alcance que necesita."),
        ("The token does not allow it", "This access token does not allow that operation. Create another with the scope that you need.");
    "too_many_requests" =>
        ("Demasiados intentos", "Demasiados intentos. Espere {n} s."),
        ("Too many attempts", "Too many attempts. Wait {n} s.");

    // Accounts and set-up.
    "setup_done" =>
        ("La configuración inicial ya se hizo", "La configuración inicial ya se hizo. Inicie sesión."),
        ("The first set-up is done", "The first set-up is done already. Sign in.");
    "setup_token_bad" =>
        ("Código no válido", "El código o el enlace no es válido, venció o ya se usó. Pida uno nuevo."),
        ("Code not valid", "The code or link is not valid, has expired, or was used. Ask for a new one.");
    "link_bad" =>
        ("Enlace no válido", "El enlace no es válido, venció o ya se usó. Pida uno nuevo."),
        ("Link not valid", "The link is not valid, has expired, or was used. Ask for a new one.");
    "person_disabled" =>
        ("Persona deshabilitada", "Esa persona está deshabilitada. Habilítela primero."),
        ("Person disabled", "That person is disabled. Enable them first.");
    "no_address" =>
        ("Sin correo", "Esa persona no tiene correo registrado. Regístrelo primero."),
        ("No e-mail", "That person has no e-mail on record. Record it first.");
    "weak_password" =>
        ("Contraseña débil", "Esa contraseña es fácil de adivinar. Use al menos 10 caracteres; una frase es fácil de recordar."),
        ("Weak password", "That password is easy to guess. Use at least 10 characters; a phrase is easy to remember.");
    "email_taken" =>
        ("Correo ya registrado", "Otra persona del directorio ya tiene ese correo. Revíselo, o búsquela y corríjala."),
        ("E-mail already on record", "Somebody else in the directory has that e-mail. Check it, or find and correct that person.");

    // Mails that came in.
    "mail_settled" =>
        ("El correo ya se atendió", "Ese correo ya generó o se agregó a una solicitud, o todavía está por procesarse. Ábralo para verlo."),
        ("The mail is dealt with", "That mail has made a request or was added to one, or its turn has not come. Open it to see.");

    // What was asked for.
    "not_found" =>
        ("No encontrada", "No existe o no está a su alcance."),
        ("Not found", "It does not exist, or it is not yours to see.");
    "method_not_allowed" =>
        ("Operación no admitida", "Esa dirección no admite esa operación. Revise la documentación de la API."),
        ("Method not allowed", "That address does not take that operation. See the API's documentation.");
    "not_acceptable" =>
        ("Formato no disponible", "La respuesta no está disponible en el formato solicitado. Pida JSON."),
        ("Format not available", "The answer is not available in the format asked for. Ask for JSON.");
    "cursor_bad" =>
        ("Página no válida", "El cursor de la lista no es válido. Vuelva a la primera página."),
        ("Page not valid", "The list's cursor is not valid. Go back to the first page.");

    // What was sent.
    "bad_request" =>
        ("No se entiende lo enviado", "Lo enviado no es JSON válido o le falta algo. Revíselo y envíelo de nuevo."),
        ("Not understood", "What was sent is not valid JSON, or lacks something. Check it and send it again.");
    "invalid_fields" =>
        ("Revise los campos", "Hay campos por corregir. Revise los que están marcados."),
        ("Check the fields", "Some fields must be corrected. Check those that are marked.");
    "unknown_field" =>
        ("Campo desconocido", "No se conoce el campo «{field}». Quítelo o corrija su nombre."),
        ("Unknown field", "The field “{field}” is not known. Remove it, or correct its name.");
    "missing_field" =>
        ("Falta un campo", "Complete «{field}»."),
        ("A field is missing", "Fill in “{field}”.");
    "unknown_record" =>
        ("No existe", "«{field}» no existe o ya no está vigente. Elija otro."),
        ("It does not exist", "“{field}” does not exist, or is no longer in use. Choose another.");
    "malformed" =>
        ("Campo con otra forma", "«{field}» no tiene la forma esperada. Revíselo."),
        ("Another form", "“{field}” does not have the form expected. Check it.");
    "twice" =>
        ("Ya está en otra fila", "«{field}» ya está en la fila {line}. Deje una sola."),
        ("In another row already", "“{field}” is in row {line} already. Keep one of them.");
    "too_many" =>
        ("Demasiados elementos", "«{field}» tiene más elementos de los que se admiten. Quite algunos."),
        ("Too many", "“{field}” has more than are accepted. Remove some.");
    "not_combined" =>
        ("Va por separado", "Esta acción no se puede enviar junto con otras. Envíela sola."),
        ("On its own", "This action cannot be sent together with others. Send it on its own.");
    "name_taken" =>
        ("Nombre ya registrado", "Ya hay un registro con ese nombre. Use otro, o corrija el que existe."),
        ("Name already on record", "There is a record of that name. Use another, or correct the one that exists.");
    "view_name_taken" =>
        ("Ya tiene una vista con ese nombre", "Ya tiene una vista con ese nombre. Use otro, o abra esa vista en «Vistas» y actualícela."),
        ("You have a view of that name", "You have a view of that name already. Use another, or update that one in “Views”.");
    "ruc_taken" =>
        ("RUC ya registrado", "Ya hay un proveedor con ese RUC. Búsquelo en el registro y corríjalo si hace falta."),
        ("Tax number already on record", "There is a provider with that tax number. Find it on record, and correct it if need be.");
    "area_loops" =>
        ("El área dependería de sí misma", "Un área no puede depender de sí misma ni de las que dependen de ella. Elija otra."),
        ("The area would belong to itself", "An area cannot belong to itself, nor to one that belongs to it. Choose another.");
    "in_use" =>
        ("Está en uso", "No se puede quitar porque hay registros que lo usan. Márquelo como no vigente."),
        ("In use", "It cannot be removed, because records use it. Mark it as inactive instead.");
    "unsupported_media_type" =>
        ("Formato no admitido", "Ese formato no se admite aquí. Envíe JSON, o un formulario al subir archivos."),
        ("Format not accepted", "That format is not accepted here. Send JSON, or a form to upload files.");
    "payload_too_large" =>
        ("Envío demasiado grande", "Lo enviado supera el máximo de {max} MB. Redúzcalo o envíelo por partes."),
        ("Too large", "What was sent is over the limit of {max} MB. Make it smaller, or send it in parts.");
    "file_too_large" =>
        ("Archivo demasiado grande", "El archivo supera el máximo. Adjunte uno más pequeño."),
        ("File too large", "The file is over the limit. Attach a smaller one.");
    "file_type_refused" =>
        ("Tipo de archivo no admitido", "Ese tipo de archivo no se admite. Adjunte una foto, un PDF o un documento."),
        ("File type not accepted", "That type of file is not accepted. Attach a photo, a PDF or a document.");

    "absence_overlaps" =>
        ("Ya está ausente esos días", "Esa persona ya tiene registrada una ausencia en alguno de esos días. Corrija esa, o elija otras fechas."),
        ("Away on those days already", "That person has an absence on record on some of those days. Correct that one, or choose other dates.");
    "no_post" =>
        ("Sin puesto que encargar", "Solo se encarga el puesto del Jefe de TI o del Director o Jefe de un área. Registre la ausencia sin encargo."),
        ("No post to act in", "Only the posts of the head of IT and of heads of areas are held by another meanwhile. Record the absence without it.");

    "last_administrator" =>
        ("Es la última persona que administra", "Nadie más podría administrar el sistema. Dé antes el rol a otra persona que pueda iniciar sesión."),
        ("The last administrator", "Nobody else could administer the system. First give the role to somebody else who can sign in.");
    "already_merged" =>
        ("Ya se unió", "Ese remitente ya se unió a una persona del directorio. Corrija a esa persona."),
        ("Already merged", "That contact was merged into somebody of the directory already. Correct that person.");

    // Who was first.
    "version_conflict" =>
        ("Alguien la actualizó", "Otra persona la actualizó mientras tanto. Revise lo nuevo; lo que escribió sigue aquí."),
        ("Somebody updated it", "Somebody updated it meanwhile. See what is new; what you wrote is still here.");
    "precondition_required" =>
        ("Falta la versión", "Falta indicar qué versión se corrige (If-Match). Vuelva a abrir el registro y guárdelo de nuevo."),
        ("The version is missing", "Say which version is corrected (If-Match). Open the record again and save it again.");
    "idempotency_conflict" =>
        ("Envío ya usado", "Este envío ya se usó con otros datos. Vuelva a intentarlo."),
        ("Submission already used", "This submission was already used with other data. Try again.");
    "idempotency_key_bad" =>
        ("Identificador de envío no válido", "El identificador del envío (Idempotency-Key) falta o no es válido. Use uno nuevo y vuelva a intentarlo."),
        ("Submission key not valid", "The submission's key (Idempotency-Key) is missing or not valid. Use a new one and try again.");
    "already_created" =>
        ("Ya se creó", "Ya se creó con este mismo envío, y su código secreto se muestra una sola vez. Si no lo guardó, cree otro."),
        ("Already created", "It was created by this same submission, and its secret is shown only once. If you did not keep it, create another.");

    // Mail.
    "mail_not_ended" =>
        ("No hace falta reintentarlo", "El correo ya se envió o aún está en cola: no hace falta reintentarlo."),
        ("No need to try again", "The mail was sent, or is still queued: there is no need to try it again.");
    "mail_answer_late" =>
        ("Ya no hace falta responder", "La solicitud cambió desde que se envió el correo, y ya no espera esta respuesta. Si el problema sigue, responda al correo o llame a la Mesa de Ayuda."),
        ("No answer is needed any more", "The request has changed since the mail was sent, and does not wait for this answer any more. If it still fails, answer the mail or call the help desk.");

    // The system.
    "request_timeout" =>
        ("Tomó demasiado tiempo", "El envío tomó demasiado tiempo. Revise su conexión y vuelva a intentarlo."),
        ("It took too long", "Sending took too long. Check your connection and try again.");
    "unavailable" =>
        ("El sistema no responde", "El sistema no responde. Se reintentará solo; no cierre esta página."),
        ("The system does not answer", "The system does not answer. It will retry by itself; keep this page open.");
    "internal" =>
        ("Algo falló de nuestro lado", "Algo falló de nuestro lado (código {id}). Lo que escribió se conserva."),
        ("Something failed on our side", "Something failed on our side (code {id}). What you wrote is kept.");
}

/// Every form of a field that has a sentence, for the tests.
#[cfg(test)]
pub(crate) const FORMS: [&str; 16] = [
    "object",
    "command",
    "list",
    "text",
    "whole_number",
    "true_or_false",
    "date",
    "one_of",
    "action_name",
    "once",
    "given_role",
    "yes_or_no",
    "cells",
    "not_merged",
    "unchanged",
    "csv",
];

/// What a malformed field is to look like, by the form's stable code; `{names}` is to be filled with the names of `one_of`.
/// Nothing, where it cannot be said.
pub fn form(code: &str, language: Language) -> Option<&'static str> {
    let (es, en) = match code {
        "object" => ("Se espera un objeto JSON.", "A JSON object is expected."),
        "command" => ("Se espera un objeto JSON con su «action».", "A JSON object with its “action” is expected."),
        "list" => ("Se espera una lista.", "A list is expected."),
        "text" => ("Se espera un texto.", "A text is expected."),
        "whole_number" => ("Se espera un número entero.", "A whole number is expected."),
        "true_or_false" => ("Se espera true o false.", "Either true or false is expected."),
        "date" => (
            "Se espera una fecha como 2026-11-25 o, con hora, 2026-11-25T15:30:00Z.",
            "A date like 2026-11-25 is expected or, with the time, 2026-11-25T15:30:00Z.",
        ),
        "one_of" => ("Se admite: {names}.", "Accepted are: {names}."),
        "action_name" => (
            "No hay una acción con ese nombre. Vea las acciones en la documentación de la API.",
            "There is no action of that name. See the actions in the API's documentation.",
        ),
        "once" => ("Indíquelo una sola vez.", "Give it once only."),
        "yes_or_no" => ("Se espera sí o no.", "Either yes or no is expected."),
        "cells" => ("La línea tiene otra cantidad de celdas que el encabezado.", "The line has another number of cells than the header."),
        "not_merged" => (
            "Lo tiene un contacto que se unió a otra persona. Corrija a esa persona.",
            "A contact that was merged into somebody has it. Correct that person.",
        ),
        "unchanged" => ("No se puede cambiar: cree otro registro.", "It cannot be changed: make another record."),
        "csv" => (
            "Se espera un archivo de texto CSV en UTF-8. En una hoja de cálculo, guárdela como CSV.",
            "A CSV text file in UTF-8 is expected. In a spreadsheet, save it as CSV.",
        ),
        "given_role" => (
            "Ese rol se tiene por dirigir un área: indique quién la dirige en el área.",
            "That role is had by heading an area: set the area's head.",
        ),
        _ => return None,
    };
    Some(language.pick(es, en))
}

/// The detail of `file_too_large`, where the sizes are known.
pub fn file_too_large(bytes: u64, max_bytes: u64, language: Language) -> String {
    let (size, max) = (file_size(bytes), file_size(max_bytes));
    language.pick(format!("El archivo pesa {size}; el máximo es {max}."), format!("The file is {size}; the limit is {max}."))
}

/// The detail of `version_conflict`, where it is known who was first and when.
pub fn changed_meanwhile(person: &str, at: Instant, now: Instant, language: Language) -> String {
    let ago = time::ago(at, now, language);
    language.pick(
        format!("{person} la actualizó {ago}. Revise lo nuevo; lo que escribió sigue aquí."),
        format!("{person} updated it {ago}. See what is new; what you wrote is still here."),
    )
}
