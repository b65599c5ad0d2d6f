# Five recipes, each one line. Logic belongs to `xtask` or `scripts/`, where it is tested or shared.

# Everything CI runs.
test:
    scripts/test

# The demo, on the embedded store.
demo *args:
    scripts/demo {{args}}

# Format, then mend what Clippy can mend.
fix:
    cargo fmt --all
    cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged

# The project's own rules, without building the rest.
tidy:
    cargo xtask tidy

# Spelling, links and licences: tools that a fresh machine does not have.
audit:
    typos
    lychee --offline .
    cargo deny check
