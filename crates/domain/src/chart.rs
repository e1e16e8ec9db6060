//! The flowchart of section 8 as data: lanes, nodes and edges. Where they stand on a screen is the screen's business.
//!
//! The document's picture is not in the text that we have: this one is drawn from section 7, and tests prove that its edges are exactly the
//! written moves of [`FLOWS`].

#[cfg(test)]
use crate::command::Action;
use crate::procedure::{FLOWS, Source};
use crate::ticket::Phase;
use crate::values::names;

names! {
    /// Who does it, from the top down.
    pub enum Lane {
        /// The person, or their area.
        Area = "area",
        Desk = "desk",
        Level1 = "level1",
        Level2 = "level2",
        Head = "head",
    }
}

names! {
    /// Everything that is drawn, in the order in which one reads it.
    pub enum Node {
        Start = "start",
        Activity1 = "activity1",
        Activity2 = "activity2",
        /// What kind is it?
        Kind = "kind",
        /// A requirement ends here.
        Recorded = "recorded",
        Activity3 = "activity3",
        Question3 = "question3",
        Activity4 = "activity4",
        Question4 = "question4",
        Activity5 = "activity5",
        Question5 = "question5",
        Activity6 = "activity6",
        Question6 = "question6",
        /// The process of contracting, which is another procedure.
        Contracting = "contracting",
        Activity7 = "activity7",
        Question7 = "question7",
        /// The area's head is told.
        Communication = "communication",
        Activity8 = "activity8",
        End = "end",
    }
}

names! {
    /// What an edge says.
    pub enum Label {
        Nothing = "nothing",
        Yes = "yes",
        No = "no",
        Requirement = "requirement",
        /// Level 2 solved it, and nothing had to be verified.
        Solved = "solved",
    }
}

/// What a node is, and so its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Start,
    /// An activity of section 7, by its number.
    Activity(u8),
    /// The question in which an activity ends, by the activity's number.
    Question(u8),
    /// A step of another process, or within an answer.
    Step,
    End,
}

/// From one node to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    pub from: Node,
    pub to: Node,
    pub label: Label,
}

const fn e(from: Node, to: Node, label: Label) -> Edge {
    Edge { from, to, label }
}

/// Every edge.
pub const EDGES: &[Edge] = {
    use Label::*;
    use Node::*;
    &[
        e(Start, Activity1, Nothing),
        e(Activity1, Activity2, Nothing),
        e(Activity2, Kind, Nothing),
        e(Kind, Recorded, Requirement),
        e(Kind, Activity3, Nothing),
        e(Activity3, Question3, Nothing),
        e(Question3, Activity8, Yes),
        e(Question3, Activity4, No),
        e(Activity4, Question4, Nothing),
        e(Question4, Activity8, Yes),
        e(Question4, Activity5, No),
        e(Activity5, Question5, Nothing),
        e(Question5, Activity7, Yes),
        e(Question5, Activity6, No),
        e(Question5, Activity8, Solved),
        e(Activity6, Question6, Nothing),
        e(Question6, Contracting, Yes),
        e(Question6, Communication, No),
        e(Contracting, Activity7, Nothing),
        e(Communication, Activity8, Nothing),
        e(Activity7, Question7, Nothing),
        e(Question7, Activity8, Yes),
        e(Question7, Activity7, No),
        e(Activity8, End, Nothing),
    ]
};

impl Node {
    pub fn lane(self) -> Lane {
        match self {
            Node::Start | Node::Activity1 | Node::Recorded => Lane::Area,
            Node::Activity2 | Node::Kind | Node::Activity3 | Node::Question3 | Node::Activity8 | Node::End => Lane::Desk,
            Node::Activity4 | Node::Question4 => Lane::Level1,
            Node::Activity5 | Node::Question5 | Node::Activity7 | Node::Question7 => Lane::Level2,
            Node::Activity6 | Node::Question6 | Node::Contracting | Node::Communication => Lane::Head,
        }
    }

    /// How far to the right: nodes of one column stand above each other.
    pub fn column(self) -> usize {
        match self {
            Node::Start => 0,
            Node::Activity1 | Node::Activity2 => 1,
            Node::Kind | Node::Recorded => 2,
            Node::Activity3 => 3,
            Node::Question3 | Node::Activity4 => 4,
            Node::Question4 | Node::Activity5 => 5,
            Node::Question5 | Node::Activity6 => 6,
            Node::Question6 => 7,
            Node::Contracting | Node::Activity7 => 8,
            Node::Question7 => 9,
            Node::Communication | Node::Activity8 => 10,
            Node::End => 11,
        }
    }

    pub fn shape(self) -> Shape {
        match self {
            Node::Start => Shape::Start,
            Node::Activity1 => Shape::Activity(1),
            Node::Activity2 => Shape::Activity(2),
            Node::Activity3 => Shape::Activity(3),
            Node::Activity4 => Shape::Activity(4),
            Node::Activity5 => Shape::Activity(5),
            Node::Activity6 => Shape::Activity(6),
            Node::Activity7 => Shape::Activity(7),
            Node::Activity8 => Shape::Activity(8),
            Node::Kind => Shape::Question(2),
            Node::Question3 => Shape::Question(3),
            Node::Question4 => Shape::Question(4),
            Node::Question5 => Shape::Question(5),
            Node::Question6 => Shape::Question(6),
            Node::Question7 => Shape::Question(7),
            Node::Contracting | Node::Communication => Shape::Step,
            Node::Recorded | Node::End => Shape::End,
        }
    }
}

/// Where a ticket waits in a phase; none for the ends that are not the procedure's.
pub fn node_of(phase: Phase) -> Option<Node> {
    match phase {
        Phase::Requested => Some(Node::Activity2),
        Phase::InAttention => Some(Node::Activity3),
        Phase::Escalated1 => Some(Node::Activity4),
        Phase::Escalated2 => Some(Node::Activity5),
        Phase::UnderEvaluation => Some(Node::Activity6),
        Phase::Contracting => Some(Node::Contracting),
        Phase::WithProvider | Phase::Verifying => Some(Node::Activity7),
        Phase::ToClose => Some(Node::Activity8),
        Phase::Closed => Some(Node::End),
        Phase::Recorded => Some(Node::Recorded),
        Phase::Withdrawn | Phase::Duplicate | Phase::Discarded => None,
    }
}

/// The edges that a written move passes, in their order, by their places in [`EDGES`]; none for a move that is not of the written procedure.
///
/// The provider's visit moves a ticket within activity 7: it passes no edge.
pub fn way(from: Option<Phase>, to: Phase) -> Option<Vec<usize>> {
    let is_written = FLOWS.iter().any(|flow| flow.from == from && flow.to == to && flow.source != Source::Extension);
    if !is_written {
        return None;
    }
    let begin = from.map_or(Some(Node::Start), node_of)?;
    let end = node_of(to)?;
    if (from, to) == (Some(Phase::WithProvider), Phase::Verifying) {
        return Some(vec![]);
    }
    walk(begin, end)
}

/// From where one waits to where one waits next, through nothing at which one would wait.
fn walk(from: Node, to: Node) -> Option<Vec<usize>> {
    EDGES.iter().enumerate().filter(|(_, edge)| edge.from == from).find_map(|(n, edge)| {
        if edge.to == to {
            return Some(vec![n]);
        }
        let rest = if is_passed(edge.to) { walk(edge.to, to) } else { None };
        rest.map(|rest| [vec![n], rest].concat())
    })
}

/// Nothing waits at a question, at the request itself, or at the communication, which goes with the decision.
fn is_passed(node: Node) -> bool {
    matches!(node.shape(), Shape::Question(_)) || matches!(node, Node::Activity1 | Node::Communication)
}

/// The edges by which a ticket in this phase may go on, without those that it would pass only later.
pub fn ways_on(phase: Phase) -> Vec<usize> {
    let written = FLOWS.iter().filter(|flow| flow.from == Some(phase) && flow.source != Source::Extension);
    // From the provider's visit on, it is verified: what follows is known already.
    let later = if phase == Phase::WithProvider { ways_on(Phase::Verifying) } else { Vec::new() };
    let mut all: Vec<usize> = written.filter_map(|flow| way(flow.from, flow.to)).flatten().chain(later).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The move that an action makes, where it makes one: what the chart's tests walk.
#[cfg(test)]
fn written() -> impl Iterator<Item = (Option<Phase>, Option<Action>, Phase)> {
    FLOWS.iter().filter(|flow| flow.source != Source::Extension).map(|flow| (flow.from, flow.action, flow.to))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::procedure::ACTIVITIES;

    fn said(way: &[usize]) -> String {
        way.iter().map(|n| EDGES[*n].to.name()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_written_move_has_its_way_and_every_edge_is_of_one() {
        let mut passed = BTreeSet::new();
        for (from, action, to) in written() {
            let way = way(from, to).unwrap_or_else(|| panic!("no way for {from:?} {action:?} {to:?}"));
            passed.extend(way);
        }
        let never: Vec<_> = (0..EDGES.len()).filter(|n| !passed.contains(n)).map(|n| EDGES[n]).collect();
        assert_eq!(never, []);
    }

    #[test]
    fn a_way_passes_what_the_text_says() {
        let way = |from, to| said(&way(from, to).unwrap());
        assert_eq!(way(None, Phase::Requested), "activity1 activity2");
        assert_eq!(way(Some(Phase::Requested), Phase::Recorded), "kind recorded");
        assert_eq!(way(Some(Phase::InAttention), Phase::ToClose), "question3 activity8");
        assert_eq!(way(Some(Phase::InAttention), Phase::Escalated1), "question3 activity4");
        assert_eq!(way(Some(Phase::Escalated2), Phase::ToClose), "question5 activity8");
        assert_eq!(way(Some(Phase::UnderEvaluation), Phase::ToClose), "question6 communication activity8");
        assert_eq!(way(Some(Phase::UnderEvaluation), Phase::Contracting), "question6 contracting");
        assert_eq!(way(Some(Phase::Verifying), Phase::WithProvider), "question7 activity7");
        assert_eq!(way(Some(Phase::WithProvider), Phase::Verifying), "");
        assert_eq!(way(Some(Phase::ToClose), Phase::Closed), "end");
    }

    #[test]
    fn what_is_not_written_has_no_way() {
        assert_eq!(way(Some(Phase::Closed), Phase::InAttention), None);
        assert_eq!(way(Some(Phase::InAttention), Phase::Withdrawn), None);
        assert_eq!(way(Some(Phase::Requested), Phase::Closed), None);
    }

    #[test]
    fn every_answer_leads_where_the_procedure_sends_it() {
        for activity in &ACTIVITIES {
            let Some(gateway) = activity.gateway else { continue };
            let (yes, no) = gateway.corrected.unwrap_or((gateway.yes_to, gateway.no_to));
            for (label, to) in [(Label::Yes, yes), (Label::No, no)] {
                let edge = EDGES.iter().find(|edge| edge.from.shape() == Shape::Question(activity.number) && edge.label == label).unwrap();
                // By way of the contracting or the communication, which are the answer itself.
                let after = |node: Node| EDGES.iter().find(|edge| edge.from == node).map_or(node, |edge| edge.to);
                let end = if edge.to.shape() == Shape::Step { after(edge.to) } else { edge.to };
                assert_eq!(end.shape(), Shape::Activity(to), "{} {label}", activity.number);
            }
        }
    }

    #[test]
    fn nothing_stands_on_anything_else() {
        let places: BTreeSet<_> = Node::ALL.iter().map(|node| (node.lane(), node.column())).collect();
        assert_eq!(places.len(), Node::ALL.len());
    }

    #[test]
    fn what_may_follow_is_what_the_answers_offer() {
        let ends = |phase| ways_on(phase).iter().map(|n| EDGES[*n].to.name()).collect::<Vec<_>>();
        assert_eq!(ends(Phase::Escalated1), ["question4", "activity8", "activity5"]);
        assert_eq!(ends(Phase::WithProvider), ["question7", "activity8", "activity7"]);
        assert!(ends(Phase::Closed).is_empty());
    }
}
