import { type Kysely, sql } from 'kysely';

/**
 * Narrower audiences that hold ahead of their place in the log. The database itself keeps every row that is served within
 * them, whatever writes it: a publication, a release from quarantine, a repair.
 */
export const narrowings = {
  async up(db: Kysely<unknown>): Promise<void> {
    const statements = [
      sql`create table narrowing (
        hash text primary key,
        node uuid not null references member,
        epoch integer not null,
        seq bigint not null,
        record uuid not null,
        revision integer not null,
        audience jsonb not null,
        ahead_envelope text,
        hidden_at timestamptz not null default now(),
        ended_at timestamptz,
        purged_at timestamptz,
        certificate text,
        constraint purged_by_certificate check ((purged_at is null) = (certificate is null)),
        constraint in_its_turn_or_ahead check (ahead_envelope is not null or ended_at is not null)
      )`,
      sql`create index narrowing_of_record on narrowing (record)`,
      sql`create index narrowing_to_prove on narrowing (hidden_at) where purged_at is null`,
      sql`alter table withdrawal add column narrowed_to jsonb`,
      // A task that is asked for again while it is being done is another one.
      sql`alter table index_task add column asked bigint generated always as identity`,
      // What only some regions may see of what only some authorities may see is for those of the authorities that are there.
      sql`create function served_within_narrowings() returns trigger language plpgsql as $$
        declare
          held record;
          list text[];
        begin
          for held in
            select audience from narrowing where record = new.id and node = new.node and ended_at is null
          loop
            continue when held.audience ->> 'scope' = 'network';
            list := array(select jsonb_array_elements_text(held.audience -> (held.audience ->> 'scope')));
            if new.audience_scope = 'network' then
              new.audience_scope := held.audience ->> 'scope';
              if new.audience_scope = 'regions' then new.audience_regions := list;
              else new.audience_authorities := list::uuid[];
              end if;
            elsif new.audience_scope = held.audience ->> 'scope' then
              new.audience_regions := array(select r from unnest(new.audience_regions) r where r = any (list) order by r);
              new.audience_authorities :=
                array(select a from unnest(new.audience_authorities) a where a::text = any (list) order by a);
            else
              new.audience_authorities := array(
                select a.id from authority a
                where a.id::text = any (case new.audience_scope when 'regions' then list else new.audience_authorities::text[] end)
                  and a.region = any (case new.audience_scope when 'regions' then new.audience_regions else list end)
                order by a.id
              );
              new.audience_regions := '{}';
              new.audience_scope := 'authorities';
            end if;
            -- Nobody is left but the authority that published it.
            if new.audience_scope <> 'network' and new.audience_regions = '{}' and new.audience_authorities = '{}' then
              new.audience_scope := 'authorities';
              new.audience_authorities := array[new.authority];
            end if;
          end loop;
          return new;
        end $$`,
      sql`create trigger served_within_narrowings before insert or update on learning_record
        for each row execute function served_within_narrowings()`,
    ];
    for (const statement of statements) await statement.execute(db);
  },
};
