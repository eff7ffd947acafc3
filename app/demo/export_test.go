package demo

// Tiny is the smallest sample in today's shape.
const Tiny = tiny
