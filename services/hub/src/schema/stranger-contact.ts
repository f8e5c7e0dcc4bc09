/** How much somebody who is no member yet asked in a minute. `stranger` is a keyed digest of where the requests come from. */
export type StrangerContactTable = { stranger: string; minute: Date; requests: number };
