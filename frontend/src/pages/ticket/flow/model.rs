//! Where the flowchart's parts stand, and which of them this ticket has passed. No DOM.

use domain::Phase;
use domain::chart::{self, EDGES, Edge, Label, Lane, Node, Shape};

use super::super::model::Walk;

/// In the chart's own units: a screen of 1,280 pixels draws them nearly one to one.
pub const LANE_NAMES: i32 = 120;
pub const LANE_HEIGHT: i32 = 88;
const BOX_HALF_WIDTH: i32 = 54;
const BOX_HALF_HEIGHT: i32 = 24;
const DIAMOND_HALF: i32 = 17;
const END_HALF: i32 = 8;
const GAP: i32 = 24;
/// How far below a node's middle an edge goes that passes under others.
const DETOUR: i32 = 37;

/// How a part of the chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The ticket passed it, this many times.
    Way(u32),
    /// The ticket is there.
    Now,
    Next,
    Other,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub node: Node,
    pub x: i32,
    pub y: i32,
    pub look: Look,
    /// When the ticket left it last, or came to its end.
    pub at: Option<domain::Instant>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub edge: Edge,
    pub points: Vec<(i32, i32)>,
    pub look: Look,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub width: i32,
    pub height: i32,
    pub nodes: Vec<Placed>,
    /// Those that are drawn over others last.
    pub lines: Vec<Line>,
    /// What was passed, in its order.
    pub passed: Vec<(Edge, domain::Instant)>,
    /// The nodes that may follow.
    pub next: Vec<Node>,
    pub now: Option<Node>,
    /// For which time it is where it is.
    pub nth: u32,
}

impl Chart {
    /// How far to the right the ticket stands, or where it came to its end: from 0 to 1.
    pub fn share(&self) -> f64 {
        let at = self.now.or_else(|| self.passed.last().map(|(edge, _)| edge.to));
        let placed = self.nodes.iter().find(|placed| Some(placed.node) == at);
        placed.map_or(0.0, |placed| f64::from(placed.x) / f64::from(self.width))
    }
}

/// The chart of a ticket that stands in a phase.
pub fn chart(phase: Phase, walk: &Walk) -> Chart {
    let columns = columns();
    let mut n_passed = [0_u32; EDGES.len()];
    let mut passed = Vec::new();
    for step in &walk.moves {
        for n in step.way.iter().copied() {
            n_passed[n] += 1;
            passed.push((EDGES[n], step.at));
        }
    }
    let now = chart::node_of(phase).filter(|_| !phase.is_end());
    let on = chart::ways_on(phase);
    let look_of_edge = |n: usize| match n_passed[n] {
        // It may be passed again.
        0 if on.contains(&n) => Look::Next,
        0 => Look::Other,
        times => Look::Way(times),
    };
    // What was passed is drawn over what may follow, and that over all else.
    let rank = |look: Look| match look {
        Look::Other => 0,
        Look::Next => 1,
        Look::Way(_) | Look::Now => 2,
    };
    let mut lines = Vec::with_capacity(EDGES.len());
    for turn in 0..=2 {
        let edges = (0..EDGES.len()).filter(|n| rank(look_of_edge(*n)) == turn);
        lines.extend(edges.map(|n| Line { edge: EDGES[n], points: route(&columns, EDGES[n]), look: look_of_edge(n) }));
    }
    let look_of = |node: Node| {
        let touched = |look: fn(Look) -> bool| (0..EDGES.len()).any(|n| EDGES[n].to == node && look(look_of_edge(n)));
        let times = (0..EDGES.len()).filter(|n| EDGES[*n].to == node).map(|n| n_passed[n]).sum::<u32>();
        match node {
            node if now == Some(node) => Look::Now,
            Node::Start => Look::Way(1),
            _ if times > 0 => Look::Way(times),
            _ if touched(|look| look == Look::Next) => Look::Next,
            _ => Look::Other,
        }
    };
    let place =
        |node: &Node| Placed { node: *node, x: columns[node.column()], y: middle(node.lane()), look: look_of(*node), at: walk.left(*node) };
    let next = Node::ALL.iter().copied().filter(|node| matches!(node.shape(), Shape::Activity(_) | Shape::Step | Shape::End));
    let next = next.filter(|node| on.iter().any(|n| EDGES[*n].to == *node) && now != Some(*node)).collect();
    Chart {
        width: columns[columns.len() - 1] + END_HALF + GAP,
        height: LANE_HEIGHT * Lane::ALL.len() as i32,
        nodes: Node::ALL.iter().map(place).collect(),
        lines,
        passed,
        next,
        now,
        nth: walk.nth(phase),
    }
}

pub fn lane_top(lane: Lane) -> i32 {
    LANE_HEIGHT * Lane::ALL.iter().position(|known| *known == lane).unwrap_or_default() as i32
}

fn middle(lane: Lane) -> i32 {
    lane_top(lane) + LANE_HEIGHT / 2
}

fn half_width(node: Node) -> i32 {
    match node.shape() {
        Shape::Activity(_) | Shape::Step => BOX_HALF_WIDTH,
        Shape::Question(_) => DIAMOND_HALF,
        Shape::Start | Shape::End => END_HALF,
    }
}

fn half_height(node: Node) -> i32 {
    match node.shape() {
        Shape::Activity(_) | Shape::Step => BOX_HALF_HEIGHT,
        _ => half_width(node),
    }
}

/// The middle of each column: as far to the left as neighbours of a lane, and edges that turn, leave it.
fn columns() -> Vec<i32> {
    let n_columns = Node::ALL.iter().map(|node| node.column() + 1).max().unwrap_or_default();
    let mut middles = vec![LANE_NAMES + GAP; n_columns];
    for column in 1..n_columns {
        let mut least = middles[column - 1] + GAP;
        for node in Node::ALL.iter().filter(|node| node.column() == column) {
            let before = Node::ALL.iter().filter(|other| other.lane() == node.lane() && other.column() < column);
            let beside = before.map(|other| middles[other.column()] + half_width(*other) + GAP + half_width(*node)).max();
            let turning = EDGES.iter().filter(|edge| edge.to == *node && edge.from.column() < column && edge.from.lane() != node.lane());
            let turned = turning.map(|edge| middles[edge.from.column()] + GAP + half_width(*node)).max();
            least = least.max(beside.unwrap_or(0)).max(turned.unwrap_or(0));
        }
        middles[column] = least;
    }
    middles
}

/// The corners of an edge: straight where it can be; otherwise first up or down, then along the lane; under what stands between.
fn route(columns: &[i32], edge: Edge) -> Vec<(i32, i32)> {
    let (from, to) = (edge.from, edge.to);
    let (x1, y1) = (columns[from.column()], middle(from.lane()));
    let (x2, y2) = (columns[to.column()], middle(to.lane()));
    let down = if y2 > y1 { 1 } else { -1 };
    if x1 == x2 {
        return vec![(x1, y1 + down * half_height(from)), (x2, y2 - down * half_height(to))];
    }
    if y1 != y2 {
        return vec![(x1, y1 + down * half_height(from)), (x1, y2), (x2 - half_width(to), y2)];
    }
    let stands_between = Node::ALL.iter().any(|node| {
        let (low, high) = (from.column().min(to.column()), from.column().max(to.column()));
        node.lane() == from.lane() && (low + 1..high).contains(&node.column())
    });
    let is_back = x2 < x1;
    match (is_back, stands_between && edge.label == Label::No) {
        (true, _) => {
            let below = y1 + DETOUR;
            vec![(x1, y1 + half_height(from)), (x1, below), (x2 + 12, below), (x2 + 12, y2 + half_height(to))]
        }
        (false, true) => {
            let (below, turn) = (y1 + DETOUR, x2 - half_width(to) - GAP / 2);
            vec![(x1, y1 + half_height(from)), (x1, below), (turn, below), (turn, y2), (x2 - half_width(to), y2)]
        }
        (false, false) => vec![(x1 + half_width(from), y1), (x2 - half_width(to), y2)],
    }
}

/// Where an edge's words stand: beside its beginning.
pub fn label_place(line: &Line) -> (i32, i32) {
    let (x, y) = line.points[0];
    let (next_x, next_y) = line.points[1];
    match (next_x == x, next_y > y) {
        (true, true) => (x + 6, y + 14),
        (true, false) => (x + 6, y - 26),
        _ => (x + 4, y - 5),
    }
}

/// Where a question stands: above its diamond; where an edge goes up, beside it, or below where none goes down.
pub fn question_place(placed: &Placed) -> (i32, i32, bool) {
    let goes =
        |is_there: fn(Lane, Lane) -> bool| EDGES.iter().any(|edge| edge.from == placed.node && is_there(edge.from.lane(), edge.to.lane()));
    let goes_back = EDGES.iter().any(|edge| edge.from == placed.node && edge.to.column() < placed.node.column());
    match (goes(|from, to| to < from), goes(|from, to| to > from) || goes_back) {
        (true, true) => (placed.x + 24, placed.y - BOX_HALF_HEIGHT - 5, false),
        (true, false) => (placed.x, placed.y + DIAMOND_HALF + 14, true),
        (false, _) => (placed.x, placed.y - DIAMOND_HALF - 8, true),
    }
}

pub fn box_corner(placed: &Placed) -> (i32, i32, i32, i32) {
    (placed.x - BOX_HALF_WIDTH, placed.y - BOX_HALF_HEIGHT, 2 * BOX_HALF_WIDTH, 2 * BOX_HALF_HEIGHT)
}

pub fn diamond(placed: &Placed) -> String {
    let (x, y, d) = (placed.x, placed.y, DIAMOND_HALF);
    format!("M{x} {}L{} {y}L{x} {}L{} {y}Z", y - d, x + d, y + d, x - d)
}

pub fn path_of(points: &[(i32, i32)]) -> String {
    let corner = |(n, (x, y)): (usize, &(i32, i32))| format!("{}{x} {y}", if n == 0 { 'M' } else { 'L' });
    points.iter().enumerate().map(corner).collect()
}

/// The head of an edge's arrow.
pub fn arrow_of(points: &[(i32, i32)]) -> String {
    let n = points.len();
    let ((x0, y0), (x, y)) = (points[n - 2], points[n - 1]);
    let (dx, dy) = ((x - x0).signum(), (y - y0).signum());
    let (bx, by) = (x - 7 * dx, y - 7 * dy);
    format!("M{x} {y}L{} {}L{} {}Z", bx - 4 * dy, by - 4 * dx, bx + 4 * dy, by + 4 * dx)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Chart {
        chart(Phase::Requested, &Walk::default())
    }

    #[test]
    fn nothing_is_drawn_over_anything_else() {
        let chart = empty();
        for (n, a) in chart.nodes.iter().enumerate() {
            for b in &chart.nodes[n + 1..] {
                let is_apart = (a.x - b.x).abs() >= half_width(a.node) + half_width(b.node) || (a.y - b.y).abs() >= LANE_HEIGHT;
                assert!(is_apart, "{} {}", a.node, b.node);
            }
        }
        assert!(chart.nodes.iter().all(|placed| placed.x - half_width(placed.node) > LANE_NAMES && placed.x < chart.width));
    }

    #[test]
    fn no_edge_passes_through_a_node() {
        let chart = empty();
        for line in &chart.lines {
            for leg in line.points.windows(2) {
                let ((x1, y1), (x2, y2)) = (leg[0], leg[1]);
                assert!(x1 == x2 || y1 == y2, "{:?} has no corners but right ones", line.edge);
                for placed in chart.nodes.iter().filter(|placed| placed.node != line.edge.from && placed.node != line.edge.to) {
                    let (left, right) = (placed.x - half_width(placed.node), placed.x + half_width(placed.node));
                    let (top, bottom) = (placed.y - half_height(placed.node), placed.y + half_height(placed.node));
                    let is_beside = x1.max(x2) <= left || x1.min(x2) >= right || y1.max(y2) <= top || y1.min(y2) >= bottom;
                    // Where two answers lead to the same closing, they share the line along the desk's lane.
                    assert!(is_beside, "{:?} passes through {}", line.edge, placed.node);
                }
            }
        }
    }

    #[test]
    fn everything_stands_in_its_lane() {
        let chart = empty();
        for line in &chart.lines {
            assert!(line.points.iter().all(|(x, y)| (0..chart.width).contains(x) && (0..chart.height).contains(y)), "{:?}", line.edge);
        }
        assert!(chart.width < 1200, "{}", chart.width);
    }

    #[test]
    fn the_chart_is_looked_at_where_the_ticket_stands() {
        let share = |phase| chart(phase, &Walk::default()).share();
        assert!(share(Phase::Requested) < share(Phase::InAttention) && share(Phase::InAttention) < share(Phase::Verifying));
        assert!(share(Phase::Verifying) < 1.0);
        assert_eq!(share(Phase::Closed), 0.0, "of which nothing is known");
    }

    #[test]
    fn an_arrow_points_where_its_line_goes() {
        assert_eq!(arrow_of(&[(0, 0), (10, 0)]), "M10 0L3 -4L3 4Z");
        assert_eq!(arrow_of(&[(0, 10), (0, 0)]), "M0 0L4 7L-4 7Z");
    }
}
