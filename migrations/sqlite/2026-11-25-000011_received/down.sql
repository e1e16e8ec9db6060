DROP INDEX outbox_by_message;
DROP TABLE received_mails;
