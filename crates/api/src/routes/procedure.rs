//! The procedure, told by the domain.

use actix_web::{HttpRequest, get};
use domain::procedure::{ACTIVITIES, CODE, FLOWS, PROCESS_LEVELS, TITLE, VERSION};
use domain::{Action, Phase};
use wire::{ActionWordsView, ActivityView, GatewayView, PhaseView, ProcedureView};

use super::Problems;
use crate::auth::Signed;
use crate::error::Failure;
use crate::http::{Answer, language};

/// Read the procedure.
///
/// P-TI-04 as the system carries it: the activities in the document's words, every flow marked written, corrected or extension.
#[utoipa::path(
    tag = "procedure",
    responses((status = OK, description = "The procedure.", body = ProcedureView), Problems),
    security(("token" = []))
)]
#[get("/procedure")]
pub async fn read_procedure(_caller: Signed, request: HttpRequest) -> Result<Answer, Failure> {
    Ok(Answer::ok(&view(language(&request))))
}

fn view(language: words::Language) -> ProcedureView {
    let text = |text: &&str| (*text).to_owned();
    let activity = |activity: &domain::procedure::Activity| ActivityView {
        number: activity.number,
        name: activity.name.into(),
        organ: activity.organ.into(),
        role_written: activity.role_written.into(),
        roles: activity.roles.to_vec(),
        phases: activity.phases.to_vec(),
        description: activity.description.iter().map(text).collect(),
        gateway: activity.gateway.map(|gateway| GatewayView {
            question: gateway.question.into(),
            yes: gateway.yes.into(),
            yes_to: gateway.yes_to,
            no: gateway.no.into(),
            no_to: gateway.no_to,
            corrected: gateway.corrected,
        }),
    };
    ProcedureView {
        code: CODE.into(),
        version: VERSION.into(),
        title: TITLE.into(),
        process_levels: PROCESS_LEVELS.iter().map(text).collect(),
        activities: ACTIVITIES.iter().map(activity).collect(),
        flows: FLOWS.to_vec(),
        phases: Phase::ALL
            .iter()
            .map(|phase| PhaseView { phase: *phase, name: words::phase(*phase, language).into(), is_end: phase.is_end() })
            .collect(),
        actions: Action::ALL
            .iter()
            .map(|action| ActionWordsView {
                action: *action,
                name: words::action(*action, Phase::Requested, language).into(),
                help: words::action_help(*action, language).into(),
                is_extension: !action.is_written(),
            })
            .collect(),
    }
}
