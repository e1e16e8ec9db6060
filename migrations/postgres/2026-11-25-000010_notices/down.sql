DELETE FROM outbox WHERE ticket_id IS NULL OR person_id IS NULL;
ALTER TABLE outbox
    DROP CONSTRAINT outbox_of_event,
    DROP CONSTRAINT outbox_is_done,
    DROP CONSTRAINT outbox_is_for_somebody,
    DROP COLUMN provider_id,
    DROP COLUMN to_name,
    DROP COLUMN to_address,
    DROP COLUMN language,
    DROP COLUMN details,
    DROP COLUMN state,
    DROP COLUMN subject,
    DROP COLUMN message_id,
    ALTER COLUMN ticket_id SET NOT NULL,
    ALTER COLUMN position SET NOT NULL,
    ALTER COLUMN person_id SET NOT NULL;
