//! An installation with realms in it: what its log, its snapshots and its restarts promise.

mod apart;
mod code;
mod market;
mod past;
mod restart;
mod steps;
mod sweeps;
mod world;
