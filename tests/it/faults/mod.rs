//! What must hold when something breaks: a power cut, a full disk, a stop in the middle, a caller who is slow, huge or hostile.

mod disk;
mod hostile;
mod kill;
mod load;
mod mail;
mod stop;
mod unavailable;
mod whole;
