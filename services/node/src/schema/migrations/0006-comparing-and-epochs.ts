import { type Kysely, sql } from 'kysely';

/**
 * How this node and the hub stand, and what follows when the node was restored from a backup that is older than what it had
 * sent: what the hub holds is taken back into the log, what was written since on the same places is set aside, and the log
 * goes on in the next epoch. The database holds the rules: nothing new is written into an epoch that is over, and nothing
 * leaves the log that may have left the node.
 */
export const comparingAndEpochs = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table hub_standing (
        only_row boolean primary key default true check (only_row),
        standing text check (standing in ('synchronised', 'behind', 'diverged')),
        cause text,
        compared_at timestamptz,
        differences jsonb not null default '[]',
        manifest text,
        receipts_position bigint not null default 0,
        receipts_last text,
        epoch_request text
      )`,
      sql`insert into hub_standing (receipts_position, receipts_last)
        select coalesce(max(position), 0),
          (select rtrim(translate(encode(sha256(convert_to(jws, 'UTF8')), 'base64'), '+/', '-_'), '=')
            from receipt order by position desc limit 1)
        from receipt`,
      // A hub that was rebuilt counts its receipts anew; here they keep the order in which they came.
      sql`create unique index receipt_once on receipt (md5(jws))`,
      sql`create table epoch_approval (
        epoch integer primary key check (epoch > 1),
        approval text not null,
        received_at timestamptz not null default now()
      )`,
      sql`create table set_aside_publication (
        hash text primary key,
        epoch integer not null,
        seq bigint not null,
        op text not null,
        record uuid,
        envelope text not null,
        review uuid references case_review,
        created_at timestamptz not null,
        set_aside_at timestamptz not null default now()
      )`,
      sql`create trigger set_aside_stays before update or delete on set_aside_publication
        for each row execute function refuse_change()`,
      // Withdrawals that the hub took ahead of places that the log lost in a restore and will never fill.
      sql`create table withdrawn_ahead (
        record uuid primary key,
        envelope text not null
      )`,
      sql`alter table publication add column recovered boolean not null default false`,
      sql`alter table publication drop constraint learning_names_its_edition`,
      sql`alter table publication add constraint learning_names_its_edition
        check (op not in ('publish', 'revise') or recovered or (edition is not null and publisher is not null))`,
      sql`create function publication_is_of_its_epoch() returns trigger language plpgsql as $$
        declare current integer;
        begin
          select epoch into current from membership;
          if new.recovered and (current is null or new.epoch >= current or new.delivered_at is null) then
            raise exception 'only what the hub held is taken back, into an epoch that is over' using errcode = 'check_violation';
          end if;
          if not new.recovered and new.epoch <> current then
            raise exception 'the epoch is over' using errcode = 'check_violation';
          end if;
          return new;
        end $$`,
      sql`create trigger publication_is_of_its_epoch before insert on publication
        for each row execute function publication_is_of_its_epoch()`,
      sql`drop trigger publication_is_signed_off on publication`,
      sql`create trigger publication_is_signed_off before insert on publication
        for each row when (not new.recovered) execute function publication_is_signed_off()`,
      sql`drop trigger publication_stays on publication`,
      sql`create function set_aside_may_go() returns trigger language plpgsql as $$
        begin
          if not exists (select 1 from set_aside_publication s where s.hash = old.hash) then
            raise exception 'publication is append-only' using errcode = 'check_violation';
          end if;
          return old;
        end $$`,
      sql`create trigger publication_stays before update on publication
        for each row execute function publication_stays()`,
      sql`create trigger publication_stays_or_is_set_aside before delete on publication
        for each row execute function set_aside_may_go()`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
