//! The operations of the API, each by the name that its document gives it.

use domain::{AreaId, EventNumber, FileId, MailId, PersonId, ProviderId, ServiceId, TicketId};
use http::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::*;

use crate::call::{Answer, Call, Raw, With, multipart, new_key};
use crate::{Client, ClientError};

/// Under which every operation stands.
pub const BASE_PATH: &str = "/api/v1";

type Result<T, E = ClientError> = std::result::Result<T, E>;

/// Signing in.
impl Client {
    pub async fn read_setup(&self) -> Result<Answer<SetupView>> {
        self.get("/setup").await
    }

    /// Makes the first administrator, who is signed in then.
    pub async fn set_up(&self, request: &SetupRequest, with: &With) -> Result<Answer<SessionView>> {
        let answer: Answer<SessionView> = self.post("/setup", request, with).answer().await?;
        self.set_session(Some(answer.value.clone()));
        Ok(answer)
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Answer<SessionView>> {
        let request = SignInRequest { email: email.to_owned(), password: password.to_owned() };
        let answer: Answer<SessionView> = self.request(Method::POST, "/session").json(&request).answer().await?;
        self.set_session(Some(answer.value.clone()));
        Ok(answer)
    }

    /// A link goes by mail to whoever may sign in by this address; the answer is the same for every address.
    pub async fn request_password_reset(&self, request: &ResetRequest) -> Result<Answer<PasswordLinkView>> {
        self.request(Method::POST, "/password-resets").json(request).answer().await
    }

    /// Chooses a password by a link.
    pub async fn redeem_password_reset(&self, request: &RedeemRequest) -> Result<()> {
        self.request(Method::POST, "/password-resets/redeem").json(request).done().await
    }

    /// A link by which a person of the directory chooses their first password.
    pub async fn invite_person(&self, id: PersonId) -> Result<Answer<PasswordLinkView>> {
        self.request(Method::POST, &format!("/people/{id}/invitation")).answer().await
    }

    /// Ends the session, here in any case.
    pub async fn sign_out(&self) -> Result<()> {
        let call = self.request(Method::DELETE, "/session");
        let result = call.done().await;
        self.set_session(None);
        result
    }
}

/// Oneself.
impl Client {
    pub async fn read_me(&self) -> Result<Answer<ProfileView>> {
        self.get("/me").await
    }

    pub async fn update_me(&self, request: &ProfileRequest, with: &With) -> Result<Answer<ProfileView>> {
        self.request(Method::PATCH, "/me").with(with).json(request).answer().await
    }

    pub async fn change_password(&self, request: &PasswordRequest) -> Result<()> {
        self.request(Method::PUT, "/me/password").json(request).done().await
    }

    /// A page of one's access tokens, the newest first.
    pub async fn list_my_tokens(&self, cursor: Option<&str>) -> Result<Answer<Page<TokenView>>> {
        self.request(Method::GET, "/me/tokens").query(&serde_json::json!({ "cursor": cursor })).answer().await
    }

    /// An access token for a program. Its secret is shown this once.
    pub async fn create_my_token(&self, request: &TokenRequest, with: &With) -> Result<Answer<NewTokenView>> {
        self.post("/me/tokens", request, with).answer().await
    }

    pub async fn revoke_my_token(&self, id: i64) -> Result<()> {
        self.request(Method::DELETE, &format!("/me/tokens/{id}")).done().await
    }

    /// Everybody's access tokens, for the administrator.
    pub async fn list_access_tokens(&self, cursor: Option<&str>) -> Result<Answer<Page<TokenView>>> {
        self.request(Method::GET, "/access-tokens").query(&serde_json::json!({ "cursor": cursor })).answer().await
    }

    pub async fn revoke_access_token(&self, id: i64) -> Result<()> {
        self.request(Method::DELETE, &format!("/access-tokens/{id}")).done().await
    }

    /// What waits for the caller.
    pub async fn read_counts(&self) -> Result<Answer<CountsView>> {
        self.get("/counts").await
    }

    /// How the help desk is reached.
    pub async fn read_desk(&self) -> Result<Answer<DeskView>> {
        self.get("/desk").await
    }

    /// The same, unless it is still what has this ETag.
    pub async fn read_changed_counts(&self, etag: Option<&str>) -> Result<Option<Answer<CountsView>>> {
        changed(self.request(Method::GET, "/counts"), etag).await
    }

    /// What changed on tickets that concern the caller, unless it is still what has this ETag.
    pub async fn list_changed_notices(&self, query: &NoticesQuery, etag: Option<&str>) -> Result<Option<Answer<MyNoticesView>>> {
        changed(self.request(Method::GET, "/me/notices").query(query), etag).await
    }

    /// The caller has looked at their notices, up to this one.
    pub async fn update_my_notice_mark(&self, request: &NoticeMarkRequest) -> Result<()> {
        self.request(Method::PUT, "/me/notices/mark").json(request).done().await
    }
}

macro_rules! records {
    ($what:literal, $path:literal, $id:ty, $request:ty, $view:ty, $list:ident, $create:ident, $read:ident, $update:ident, $history:ident) => {
        #[doc = $what]
        impl Client {
            pub async fn $list(&self, query: &RecordQuery) -> Result<Answer<Page<$view>>> {
                self.request(Method::GET, $path).query(query).answer().await
            }

            pub async fn $create(&self, request: &$request, with: &With) -> Result<Answer<$view>> {
                self.post($path, request, with).answer().await
            }

            pub async fn $read(&self, id: $id) -> Result<Answer<$view>> {
                self.get(&format!(concat!($path, "/{}"), id)).await
            }

            /// The whole record. If-Match is needed.
            pub async fn $update(&self, id: $id, request: &$request, with: &With) -> Result<Answer<$view>> {
                self.put(&format!(concat!($path, "/{}"), id), request, with).answer().await
            }

            /// Who changed it, when and what; the oldest change first.
            pub async fn $history(&self, id: $id) -> Result<Answer<Page<ChangeView>>> {
                self.get(&format!(concat!($path, "/{}/history"), id)).await
            }
        }
    };
}

records!(
    "People.",
    "/people",
    PersonId,
    PersonRequest,
    PersonView,
    list_people,
    create_person,
    read_person,
    update_person,
    list_person_history
);
records!("Areas.", "/areas", AreaId, AreaRequest, AreaView, list_areas, create_area, read_area, update_area, list_area_history);
records!(
    "Services.",
    "/services",
    ServiceId,
    ServiceRequest,
    ServiceView,
    list_services,
    create_service,
    read_service,
    update_service,
    list_service_history
);
records!(
    "Providers.",
    "/providers",
    ProviderId,
    ProviderRequest,
    ProviderView,
    list_providers,
    create_provider,
    read_provider,
    update_provider,
    list_provider_history
);

/// Accounts and contacts.
impl Client {
    /// Gives a person a password, and so an account.
    pub async fn give_password(&self, id: PersonId, password: &str) -> Result<()> {
        let request = GivePasswordRequest { password: password.to_owned() };
        self.request(Method::PUT, &format!("/people/{id}/password")).json(&request).done().await
    }

    /// Somebody without an account, on the spot. `request` is a [`wire::ContactRequest`], or what is written as one.
    pub async fn create_contact(&self, request: &impl Serialize, with: &With) -> Result<Answer<PersonView>> {
        self.post("/contacts", request, with).answer().await
    }

    pub async fn update_contact(&self, id: PersonId, request: &impl Serialize, with: &With) -> Result<Answer<PersonView>> {
        self.put(&format!("/contacts/{id}"), request, with).answer().await
    }

    /// The contact turned out to be somebody of the directory: its tickets are theirs from now on.
    pub async fn merge_contact(&self, id: PersonId, request: &MergeRequest, with: &With) -> Result<Answer<MergeView>> {
        self.post(&format!("/contacts/{id}/merge"), request, with).answer().await
    }
}

/// The trail.
impl Client {
    pub async fn list_trail(&self, query: &TrailQuery) -> Result<Answer<Page<TrailView>>> {
        self.request(Method::GET, "/trail").query(query).answer().await
    }

    /// The same as a CSV file.
    pub async fn export_trail(&self, query: &TrailQuery) -> Result<Raw> {
        self.request(Method::GET, "/trail.csv").query(query).send().await?.good()
    }
}

/// Figures.
impl Client {
    pub async fn read_volume_report(&self, query: &ReportQuery) -> Result<Answer<VolumeReport>> {
        self.request(Method::GET, "/reports/volume").query(query).answer().await
    }

    pub async fn read_resolution_report(&self, query: &ReportQuery) -> Result<Answer<ResolutionReport>> {
        self.request(Method::GET, "/reports/resolution").query(query).answer().await
    }

    pub async fn read_times_report(&self, query: &ReportQuery) -> Result<Answer<TimesReport>> {
        self.request(Method::GET, "/reports/times").query(query).answer().await
    }

    pub async fn read_waiting_report(&self, query: &ReportQuery) -> Result<Answer<WaitingReport>> {
        self.request(Method::GET, "/reports/waiting").query(query).answer().await
    }

    pub async fn read_decisions_report(&self, query: &ReportQuery) -> Result<Answer<DecisionsReport>> {
        self.request(Method::GET, "/reports/decisions").query(query).answer().await
    }

    pub async fn read_load_report(&self, query: &ReportQuery) -> Result<Answer<LoadReport>> {
        self.request(Method::GET, "/reports/load").query(query).answer().await
    }

    pub async fn read_breakdown_report(&self, by: BreakdownBy, query: &ReportQuery) -> Result<Answer<BreakdownReport>> {
        self.request(Method::GET, &format!("/reports/breakdown/{}", by.name())).query(query).answer().await
    }

    /// The table of a report as a CSV file: `volume`, `breakdown-kind`, `load`…
    pub async fn export_report(&self, report: &str, query: &ReportQuery) -> Result<Raw> {
        self.request(Method::GET, &format!("/reports/files/{report}.csv")).query(query).send().await?.good()
    }
}

/// People and areas from CSV files.
impl Client {
    /// What became of each row of the file, or with `is_dry_run` would.
    pub async fn import_people(&self, file: &[u8], is_dry_run: bool) -> Result<Answer<ImportView>> {
        self.request(Method::POST, &format!("/imports/people?dry_run={is_dry_run}")).body("text/csv", file.to_vec()).answer().await
    }

    pub async fn import_areas(&self, file: &[u8], is_dry_run: bool) -> Result<Answer<ImportView>> {
        self.request(Method::POST, &format!("/imports/areas?dry_run={is_dry_run}")).body("text/csv", file.to_vec()).answer().await
    }
}

/// Absences, and who acts meanwhile.
impl Client {
    pub async fn list_absences(&self, query: &AbsenceQuery) -> Result<Answer<Page<AbsenceView>>> {
        self.request(Method::GET, "/absences").query(query).answer().await
    }

    pub async fn create_absence(&self, request: &AbsenceRequest, with: &With) -> Result<Answer<AbsenceView>> {
        self.post("/absences", request, with).answer().await
    }

    pub async fn read_absence(&self, id: i64) -> Result<Answer<AbsenceView>> {
        self.get(&format!("/absences/{id}")).await
    }

    /// The whole record. If-Match is needed.
    pub async fn update_absence(&self, id: i64, request: &AbsenceRequest, with: &With) -> Result<Answer<AbsenceView>> {
        self.put(&format!("/absences/{id}"), request, with).answer().await
    }

    /// Who changed it, when and what; the oldest change first.
    pub async fn list_absence_changes(&self, id: i64) -> Result<Answer<Page<ChangeView>>> {
        self.get(&format!("/absences/{id}/history")).await
    }
}

/// What the agency has set for itself.
impl Client {
    pub async fn list_settings(&self) -> Result<Answer<Page<SettingView>>> {
        self.get("/settings").await
    }

    pub async fn read_setting(&self, name: &str) -> Result<Answer<SettingView>> {
        self.get(&format!("/settings/{name}")).await
    }

    /// If-Match is needed.
    pub async fn update_setting(&self, name: &str, request: &SettingRequest, with: &With) -> Result<Answer<SettingView>> {
        self.put(&format!("/settings/{name}"), request, with).answer().await
    }

    /// Who set what and when; the oldest change first.
    pub async fn list_setting_changes(&self, name: &str) -> Result<Answer<Page<ChangeView>>> {
        self.get(&format!("/settings/{name}/history")).await
    }
}

/// Tickets.
impl Client {
    /// `request` is a [`wire::CreateTicketRequest`], or what is written as one: the browser does without the code that writes every command.
    pub async fn create_ticket(&self, request: &impl Serialize, with: &With) -> Result<Answer<TicketView>> {
        self.post("/tickets", request, with).answer().await
    }

    pub async fn list_tickets(&self, query: &TicketQuery) -> Result<Answer<Page<TicketSummary>>> {
        self.request(Method::GET, "/tickets").query(query).answer().await
    }

    /// The page, unless it is still what has this ETag.
    pub async fn list_changed_tickets(&self, query: &TicketQuery, etag: Option<&str>) -> Result<Option<Answer<Page<TicketSummary>>>> {
        changed(self.request(Method::GET, "/tickets").query(query), etag).await
    }

    pub async fn read_ticket_count(&self, query: &TicketQuery) -> Result<Answer<TicketCountView>> {
        self.request(Method::GET, "/ticket-count").query(query).answer().await
    }

    /// The list as a CSV file, with these columns.
    pub async fn export_tickets(&self, query: &TicketQuery, columns: &TicketColumnsQuery) -> Result<Raw> {
        self.request(Method::GET, "/tickets.csv").query(query).query(columns).send().await?.good()
    }

    /// One's own views of the list, and those that others share.
    pub async fn list_views(&self) -> Result<Answer<Page<SavedView>>> {
        self.request(Method::GET, "/views").query(&serde_json::json!({ "limit": MAX_PAGE_SIZE })).answer().await
    }

    pub async fn create_view(&self, request: &SavedViewRequest, with: &With) -> Result<Answer<SavedView>> {
        self.post("/views", request, with).answer().await
    }

    pub async fn read_view(&self, id: i64) -> Result<Answer<SavedView>> {
        self.get(&format!("/views/{id}")).await
    }

    /// If-Match is needed.
    pub async fn update_view(&self, id: i64, request: &SavedViewRequest, with: &With) -> Result<Answer<SavedView>> {
        self.put(&format!("/views/{id}"), request, with).answer().await
    }

    /// If-Match is needed.
    pub async fn delete_view(&self, id: i64, with: &With) -> Result<()> {
        self.request(Method::DELETE, &format!("/views/{id}")).with(with).done().await
    }

    pub async fn read_ticket(&self, id: TicketId) -> Result<Answer<TicketView>> {
        self.get(&format!("/tickets/{id}")).await
    }

    /// The ticket, unless it is still what has this ETag.
    pub async fn read_changed_ticket(&self, id: TicketId, etag: &str) -> Result<Option<Answer<TicketView>>> {
        changed(self.request(Method::GET, &format!("/tickets/{id}")), Some(etag)).await
    }

    /// What happened, the oldest first, after a number.
    pub async fn list_events(&self, id: TicketId, after: Option<EventNumber>, limit: Option<u32>) -> Result<Answer<Page<EventView>>> {
        #[derive(Serialize)]
        struct Query {
            after: Option<EventNumber>,
            limit: Option<u32>,
        }
        self.request(Method::GET, &format!("/tickets/{id}/events")).query(&Query { after, limit }).answer().await
    }

    /// `request` is a [`wire::CommandsRequest`], or what is written as one: the browser sends what its forms made.
    pub async fn command_ticket(&self, id: TicketId, request: &impl Serialize, with: &With) -> Result<Answer<TicketView>> {
        self.post(&format!("/tickets/{id}/commands"), request, with).answer().await
    }

    /// A file for a later request or command of the same caller.
    pub async fn upload_file(&self, name: &str, content: &[u8], with: &With) -> Result<Answer<FileView>> {
        let (media_type, body) = multipart(name, content);
        let call = self.request(Method::POST, "/files").body(&media_type, body);
        keyed(call, with).answer().await
    }

    pub async fn download_file(&self, id: FileId) -> Result<Raw> {
        self.request(Method::GET, &format!("/files/{id}")).send().await?.good()
    }

    /// Mails that came in.
    pub async fn list_received_mails(&self, query: &ReceivedMailQuery) -> Result<Answer<Page<ReceivedMailSummary>>> {
        self.request(Method::GET, "/received-mails").query(query).answer().await
    }

    pub async fn read_received_mail(&self, id: MailId) -> Result<Answer<ReceivedMailView>> {
        self.get(&format!("/received-mails/{id}")).await
    }

    /// A mail as it came.
    pub async fn download_received_mail(&self, id: MailId) -> Result<Raw> {
        self.request(Method::GET, &format!("/received-mails/{id}/raw")).send().await?.good()
    }

    /// A request of a mail that made nothing.
    pub async fn create_received_mail_request(&self, id: MailId, request: &MailRequestRequest, with: &With) -> Result<Answer<TicketView>> {
        self.post(&format!("/received-mails/{id}/request"), request, with).answer().await
    }

    /// Adds a mail that made nothing to a ticket.
    pub async fn update_received_mail_ticket(&self, id: MailId, request: &MailTicketRequest, with: &With) -> Result<Answer<TicketView>> {
        self.post(&format!("/received-mails/{id}/ticket"), request, with).answer().await
    }

    /// Nothing is to be made of a mail that was looked at.
    pub async fn dismiss_received_mail(&self, id: MailId) -> Result<Answer<ReceivedMailView>> {
        self.request(Method::POST, &format!("/received-mails/{id}/dismiss")).answer().await
    }

    pub async fn read_procedure(&self) -> Result<Answer<ProcedureView>> {
        self.get("/procedure").await
    }
}

/// What an answer holds, unless it is still what has this ETag.
async fn changed<T: DeserializeOwned>(call: Call, etag: Option<&str>) -> Result<Option<Answer<T>>> {
    let call = match etag {
        Some(etag) => call.header("if-none-match", etag),
        None => call,
    };
    let raw = call.send().await?;
    if raw.status == StatusCode::NOT_MODIFIED { Ok(None) } else { raw.answer().map(Some) }
}

/// Mail out.
impl Client {
    pub async fn list_outgoing_mails(&self, query: &OutgoingMailQuery) -> Result<Answer<Page<OutgoingMailSummary>>> {
        self.request(Method::GET, "/outgoing-mails").query(query).answer().await
    }

    pub async fn read_outgoing_mail_counts(&self) -> Result<Answer<OutgoingMailCountsView>> {
        self.get("/outgoing-mail-counts").await
    }

    pub async fn read_outgoing_mail(&self, id: i64) -> Result<Answer<OutgoingMailView>> {
        self.get(&format!("/outgoing-mails/{id}")).await
    }

    /// Once more from the beginning, for one that failed or was cancelled.
    pub async fn retry_outgoing_mail(&self, id: i64) -> Result<Answer<OutgoingMailView>> {
        self.request(Method::POST, &format!("/outgoing-mails/{id}/retry")).answer().await
    }

    /// What a link in a mail asks; nobody need be signed in.
    pub async fn read_mail_answer(&self, token: &str) -> Result<Answer<MailAnswerView>> {
        self.get(&format!("/mail-answers/{token}")).await
    }

    pub async fn answer_mail(&self, token: &str, request: &MailAnswerRequest) -> Result<Answer<MailAnswerView>> {
        self.request(Method::POST, &format!("/mail-answers/{token}")).json(request).answer().await
    }
}

impl Client {
    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Answer<T>> {
        self.request(Method::GET, path).answer().await
    }

    fn post(&self, path: &str, body: &impl Serialize, with: &With) -> Call {
        keyed(self.request(Method::POST, path).json(body), with)
    }

    fn put(&self, path: &str, body: &impl Serialize, with: &With) -> Call {
        self.request(Method::PUT, path).json(body).with(with)
    }
}

/// With the caller's key, or a new one.
fn keyed(call: Call, with: &With) -> Call {
    match &with.key {
        Some(_) => call.with(with),
        None => call.with(&with.clone().and_key(new_key())),
    }
}
