/** Whose a record's id is, as the registry kept it: while a hub is built anew, nobody else may take it first. */
export type RecordOwnerTable = { record: string; node: string };
