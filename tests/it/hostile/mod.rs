//! What whoever means ill does: reads between the lines, sends what cannot be, comes twice at once, writes formulas into cells.

mod cells;
mod many;
mod races;
mod secrets;
mod shapes;
