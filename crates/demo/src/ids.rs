//! From the numbers of the story to those that a database gave its records.

use std::collections::BTreeMap;

use domain::{AreaId, Command, FactsPatch, FileId, PersonId, ProviderId, Request, ServiceId};

/// Which record became which. Those of the story count from 1 in the order of the plan.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    pub people: Vec<PersonId>,
    pub areas: Vec<AreaId>,
    pub services: Vec<ServiceId>,
    pub providers: Vec<ProviderId>,
}

fn at<T: Copy>(ids: &[T], number: i64) -> T {
    ids[(number - 1) as usize]
}

impl Ids {
    pub fn person(&self, id: PersonId) -> PersonId {
        at(&self.people, id.get())
    }

    pub fn area(&self, id: AreaId) -> AreaId {
        at(&self.areas, id.get())
    }

    fn service(&self, id: ServiceId) -> ServiceId {
        at(&self.services, id.get())
    }

    fn provider(&self, id: ProviderId) -> ProviderId {
        at(&self.providers, id.get())
    }

    fn facts(&self, facts: FactsPatch) -> FactsPatch {
        FactsPatch {
            requester: facts.requester.map(|id| self.person(id)),
            area: facts.area.map(|id| self.area(id)),
            service: facts.service.map(|id| self.service(id)),
            ..facts
        }
    }

    pub fn request(&self, request: Request, files: &BTreeMap<FileId, FileId>) -> Request {
        Request {
            requester: request.requester.map(|id| self.person(id)),
            area: request.area.map(|id| self.area(id)),
            service: request.service.map(|id| self.service(id)),
            files: request.files.iter().filter_map(|id| files.get(id).copied()).collect(),
            ..request
        }
    }

    /// The command with the records as they are numbered there. Which ticket another became, only who carries it out knows.
    pub fn command(&self, command: Command, files: &BTreeMap<FileId, FileId>) -> Command {
        let bound = |named: Vec<FileId>| named.iter().filter_map(|id| files.get(id).copied()).collect();
        match command {
            Command::Categorise { kind, facts } => Command::Categorise { kind, facts: self.facts(facts) },
            Command::CorrectFacts { facts } => Command::CorrectFacts { facts: self.facts(facts) },
            Command::Escalate { to, handover } => Command::Escalate { to: self.person(to), handover },
            Command::Reassign { to, reason } => Command::Reassign { to: self.person(to), reason },
            Command::CoordinateProvider { mut subject, coverage, provider, means, case_number, expected_on, message } => {
                subject.service = subject.service.map(|id| self.service(id));
                let provider = self.provider(provider);
                Command::CoordinateProvider { subject, coverage, provider, means, case_number, expected_on, message }
            }
            Command::SubmitTechnicalReport { mut subject, verification, report } => {
                subject.service = subject.service.map(|id| self.service(id));
                Command::SubmitTechnicalReport { subject, verification, report }
            }
            Command::RejectContracting { grounds, mut communication } => {
                communication.to = communication.to.map(|id| self.person(id));
                Command::RejectContracting { grounds, communication }
            }
            Command::RecordContract { provider, reference, expected_on } => {
                Command::RecordContract { provider: self.provider(provider), reference, expected_on }
            }
            Command::Comment { text, is_internal, files } => Command::Comment { text, is_internal, files: bound(files) },
            Command::Attach { files, is_internal } => Command::Attach { files: bound(files), is_internal },
            // The others name no record.
            other => other,
        }
    }
}
