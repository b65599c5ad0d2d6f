-- The log, the rows beside it, snapshots and checkpoints.
--
-- The rules of an append-only log stand here and not only in the code above, so that no other program, and no mistake
-- of ours, can break them without first dropping a trigger. (And whoever does that is found by the hash chain.)

create table log (
    id         integer primary key check (id = 1),                  -- there is one log in a file
    log_id     blob    not null check (length(log_id) = 16),        -- LogId
    epoch      integer not null check (epoch >= 1),                 -- Epoch
    position   integer not null check (position >= 0),              -- Position of the last entry; 0 when there is none
    hash       blob    not null check (length(hash) = 32),          -- hash of the last entry; of the log id when none
    time_ms    integer not null,                                    -- time of the last entry, ms since 1970, UTC
    test_clock integer not null check (test_clock in (0, 1)),       -- 1 once it ran with a clock that can be set
    version    integer not null check (version >= 0)                -- newest Version given to a side row
) strict;

create table entry (
    position       integer primary key,                             -- Position; 1, 2, 3, ... without gaps
    realm          text    not null check (realm <> ''),            -- Realm
    time_ms        integer not null,                                -- ms since 1970, UTC; never before the last one's
    who            text    not null,                                -- person or system user; '' for the system itself
    app            text    not null,                                -- through which app; '' for none
    token          text    not null,                                -- with which token; '' for none
    command        text    not null check (command <> ''),          -- CommandId, unique per who and app
    command_digest blob    not null check (length(command_digest) = 32),  -- keyed digest of what was asked
    body           text    not null,                                -- the changes, JSON, hashed as they stand here
    hash           blob    not null check (length(hash) = 32),      -- of all the above and of the last entry's hash
    check (who <> '' or (app = '' and token = ''))
) strict;
create unique index entry_by_command on entry (who, app, command);

-- The first two also stop `insert or replace`, which deletes what stands in its way without asking a delete trigger.
create trigger entry_follows_the_last before insert on entry
when new.position <> 1 + (select coalesce(max(position), 0) from entry)
begin select raise(abort, 'entry: position is taken or leaves a gap'); end;
create trigger entry_has_a_new_command before insert on entry
when exists (select 1 from entry where who = new.who and app = new.app and command = new.command)
begin select raise(abort, 'entry: command has an entry already'); end;
create trigger entry_is_not_back_in_time before insert on entry
when new.time_ms < (select time_ms from entry where position = new.position - 1)
begin select raise(abort, 'entry: time is before the last entry''s'); end;
create trigger entry_is_not_changed before update on entry
begin select raise(abort, 'entry: append-only'); end;
create trigger entry_is_not_deleted before delete on entry
begin select raise(abort, 'entry: append-only'); end;

create trigger log_is_one before insert on log
when exists (select 1 from log)
begin select raise(abort, 'log: there is one already'); end;
create trigger log_is_not_deleted before delete on log
begin select raise(abort, 'log: append-only'); end;
create trigger log_only_goes_on before update on log
when new.log_id <> old.log_id
  or new.epoch not in (old.epoch, old.epoch + 1)
  or new.test_clock < old.test_clock
  or new.version < old.version
begin select raise(abort, 'log: append-only'); end;
create trigger log_ends_with_its_last_entry before update of position, hash, time_ms on log
when (new.position, new.hash, new.time_ms) is not (old.position, old.hash, old.time_ms)
 and (new.position, new.hash, new.time_ms)
     is not (select position, hash, time_ms from entry order by position desc limit 1)
begin select raise(abort, 'log: the head is not the last entry'); end;

create table row_kind (
    name          text    primary key,                              -- Table, by its name
    kept_for_ever integer not null check (kept_for_ever in (0, 1))  -- 1 when a row stays as it was first written
) strict, without rowid;
insert into row_kind (name, kept_for_ever) values
    ('free_text', 0), ('sealed_secret', 0), ('code', 0), ('session', 0), ('market', 0), ('refusal', 0), ('rulebook', 1);

create table side_row (
    kind     text    not null references row_kind (name),
    key      text    not null,                                      -- any text, unique within the kind
    version  integer not null check (version >= 1),                 -- Version; never given twice in this file
    value    blob    not null,
    until_ms integer,                                               -- swept from then on, ms since 1970; null: stays
    primary key (kind, key)
) strict;
create unique index side_row_by_age on side_row (kind, version);
create index side_row_by_end on side_row (until_ms) where until_ms is not null;

create trigger side_row_kept_for_ever_is_not_replaced before insert on side_row
when exists (select 1 from side_row where kind = new.kind and key = new.key)
 and (select kept_for_ever from row_kind where name = new.kind) = 1
begin select raise(abort, 'side_row: kept for ever'); end;
create trigger side_row_kept_for_ever_is_not_changed before update on side_row
when (select kept_for_ever from row_kind where name = old.kind) = 1
begin select raise(abort, 'side_row: kept for ever'); end;
create trigger side_row_kept_for_ever_is_not_deleted before delete on side_row
when (select kept_for_ever from row_kind where name = old.kind) = 1
begin select raise(abort, 'side_row: kept for ever'); end;

create table snapshot (
    format   integer not null,                                      -- which form the bytes have
    position integer not null check (position >= 0),                -- Position of the last entry that is in it
    hash     blob    not null check (length(hash) = 32),            -- hash of that entry
    bytes    blob    not null,
    primary key (format, position)
) strict;

create table checkpoint (
    position integer not null check (position >= 0),                -- as the note claims
    epoch    integer not null check (epoch >= 1),                   -- as the note claims
    note     text    not null,                                      -- the signed note
    primary key (position, epoch)
) strict;
create trigger checkpoint_is_not_replaced before insert on checkpoint
when exists (select 1 from checkpoint where position = new.position and epoch = new.epoch)
begin select raise(abort, 'checkpoint: there is one already'); end;
create trigger checkpoint_is_not_changed before update on checkpoint
begin select raise(abort, 'checkpoint: append-only'); end;
create trigger checkpoint_is_not_deleted before delete on checkpoint
begin select raise(abort, 'checkpoint: append-only'); end;
