//! One file a resource: from HTTP to a use case, and back. No rule, no query.

pub mod absences;
pub mod counts;
pub mod docs;
pub mod files;
pub mod health;
pub mod imports;
pub mod mails;
pub mod me;
pub mod notices;
pub mod people;
pub mod procedure;
pub mod received;
pub mod records;
pub mod reports;
pub mod resets;
pub mod session;
pub mod settings;
pub mod setup;
pub mod spa;
pub mod tickets;
pub mod tokens;
pub mod trail;
pub mod views;

use actix_web::dev::HttpServiceFactory;
use actix_web::web;
use utoipa_actix_web::OpenApiFactory;
use utoipa_actix_web::service_config::ServiceConfig;
use wire::Problem;

/// Who takes the list of operations: the document, which reads what each says of itself; or a worker of the server, which serves them and has no use for that.
pub trait Operations {
    fn service(&mut self, operation: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self;
}

impl Operations for ServiceConfig<'_> {
    fn service(&mut self, operation: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        self.service(operation)
    }
}

impl Operations for web::ServiceConfig {
    fn service(&mut self, operation: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        self.service(operation)
    }
}

/// Every operation of `/api/v1`: registered and documented by the same list.
pub fn api(operations: &mut impl Operations) {
    operations
        .service(setup::read_setup)
        .service(setup::create_setup)
        .service(session::create_session)
        .service(session::refresh_session)
        .service(session::delete_session)
        .service(resets::create_password_reset)
        .service(resets::update_forgotten_password)
        .service(resets::create_invitation)
        .service(me::read_me)
        .service(me::update_me)
        .service(me::update_my_password)
        .service(tokens::list_my_tokens)
        .service(tokens::create_my_token)
        .service(tokens::delete_my_token)
        .service(tokens::list_access_tokens)
        .service(tokens::delete_access_token)
        .service(people::list_people)
        .service(people::create_person)
        .service(people::read_person)
        .service(people::update_person)
        .service(people::update_person_password)
        .service(people::list_person_changes)
        .service(people::create_contact)
        .service(people::update_contact)
        .service(people::update_contact_merge)
        .service(records::areas::list_areas)
        .service(records::areas::create_area)
        .service(records::areas::read_area)
        .service(records::areas::update_area)
        .service(records::areas::list_area_changes)
        .service(records::services::list_services)
        .service(records::services::create_service)
        .service(records::services::read_service)
        .service(records::services::update_service)
        .service(records::services::list_service_changes)
        .service(records::providers::list_providers)
        .service(records::providers::create_provider)
        .service(records::providers::read_provider)
        .service(records::providers::update_provider)
        .service(records::providers::list_provider_changes)
        .service(absences::list_absences)
        .service(absences::create_absence)
        .service(absences::read_absence)
        .service(absences::update_absence)
        .service(absences::list_absence_changes)
        .service(imports::create_people_import)
        .service(imports::create_areas_import)
        .service(trail::list_trail)
        .service(trail::read_trail_file)
        .service(settings::list_settings)
        .service(settings::read_desk)
        .service(settings::read_setting)
        .service(settings::update_setting)
        .service(settings::list_setting_changes)
        .service(reports::read_volume_report)
        .service(reports::read_resolution_report)
        .service(reports::read_times_report)
        .service(reports::read_waiting_report)
        .service(reports::read_decisions_report)
        .service(reports::read_load_report)
        .service(reports::read_breakdown_report)
        .service(reports::read_report_file)
        .service(tickets::create_ticket)
        .service(tickets::list_tickets)
        .service(tickets::read_ticket_count)
        .service(tickets::read_tickets_file)
        .service(tickets::read_ticket)
        .service(tickets::list_ticket_events)
        .service(tickets::command_ticket)
        .service(views::list_views)
        .service(views::create_view)
        .service(views::read_view)
        .service(views::update_view)
        .service(views::delete_view)
        .service(files::create_file)
        .service(files::read_file)
        .service(received::create_received_mail)
        .service(received::list_received_mails)
        .service(received::read_received_mail)
        .service(received::read_received_mail_raw)
        .service(received::create_received_mail_request)
        .service(received::update_received_mail_ticket)
        .service(received::dismiss_received_mail)
        .service(procedure::read_procedure)
        .service(counts::read_counts)
        .service(notices::list_my_notices)
        .service(notices::update_my_notice_mark)
        .service(mails::list_outgoing_mails)
        .service(mails::read_outgoing_mail_counts)
        .service(mails::read_outgoing_mail)
        .service(mails::retry_outgoing_mail)
        .service(mails::read_mail_answer)
        .service(mails::create_mail_answer);
}

/// The errors that any operation may answer with, as `application/problem+json`.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code)] // Read by utoipa alone.
pub enum Problems {
    #[response(status = 400, description = "Not understood: not JSON, a bad cursor or key.", content_type = "application/problem+json")]
    BadRequest(#[to_schema] Problem),
    #[response(status = 401, description = "Nobody is signed in.", content_type = "application/problem+json")]
    Unauthenticated(#[to_schema] Problem),
    #[response(status = 403, description = "It belongs to others.", content_type = "application/problem+json")]
    Forbidden(#[to_schema] Problem),
    #[response(
        status = 404,
        description = "It does not exist, or it is not the caller's to see.",
        content_type = "application/problem+json"
    )]
    NotFound(#[to_schema] Problem),
    #[response(status = 408, description = "The body took too long to arrive.", content_type = "application/problem+json")]
    RequestTimeout(#[to_schema] Problem),
    #[response(status = 409, description = "The state does not allow it.", content_type = "application/problem+json")]
    Conflict(#[to_schema] Problem),
    #[response(status = 412, description = "Somebody changed it meanwhile.", content_type = "application/problem+json")]
    PreconditionFailed(#[to_schema] Problem),
    #[response(status = 413, description = "Too large.", content_type = "application/problem+json")]
    PayloadTooLarge(#[to_schema] Problem),
    #[response(status = 415, description = "A body of another type than is asked for.", content_type = "application/problem+json")]
    UnsupportedMediaType(#[to_schema] Problem),
    #[response(
        status = 422,
        description = "Fields are wrong, or what they name does not exist.",
        content_type = "application/problem+json"
    )]
    Unprocessable(#[to_schema] Problem),
    #[response(status = 428, description = "If-Match is required.", content_type = "application/problem+json")]
    PreconditionRequired(#[to_schema] Problem),
    #[response(status = 429, description = "Too many attempts; see Retry-After.", content_type = "application/problem+json")]
    TooManyRequests(#[to_schema] Problem),
    #[response(status = 500, description = "Something failed on our side.", content_type = "application/problem+json")]
    Internal(#[to_schema] Problem),
    #[response(status = 503, description = "Not available now; see Retry-After.", content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// The header of what creates or commands, as the document describes it.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code)] // Read by utoipa alone.
pub struct OnceHeader {
    /// Sent again with the same body, the same answer comes and nothing is done twice. Kept 24 hours.
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
}

/// The idempotency key of a request, bound to its caller, its route and its body.
pub fn once(caller: &crate::auth::Signed, headers: &crate::http::Caller, route: String, body: &[u8]) -> Option<crate::app::Once> {
    headers.idempotency_key.clone().map(|key| crate::app::Once::new(caller.person, route, key, body))
}
