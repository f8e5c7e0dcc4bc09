export type { Access } from './access.ts';
export { addApiDocs } from './api-docs.ts';
export { britishDate, britishDateTime, britishTime, periodLabel } from './calendar.ts';
export { barChart } from './charts/bar-chart.ts';
export type { ChartModel, ChartSpec, DataTable, Figure, Series, TableCell, WithheldFigure } from './charts/chart.ts';
export { lineChart } from './charts/line-chart.ts';
export { regionMap } from './charts/region-map.ts';
export { type DemoPerson, DemoSignIn } from './demo-sign-in.ts';
export { respondWithPage } from './error-pages.ts';
export { giveFirstAccount } from './first-account.ts';
export { type FormError, type FormReading, type FormValues, formError, readForm, readTypedValues } from './forms.ts';
export { type KeptForm, type KeptFormSchema, type KeptFormStore, PostgresKeptForms } from './kept-form-store.ts';
export { KeptForms } from './kept-forms.ts';
export { escapeMarkup, type HighlightSegment, highlightMarkup, type Markup } from './markup.ts';
export { type OpenIdConnectOptions, OpenIdConnectSignIn } from './open-id-connect-sign-in.ts';
export type { Navigation, NavigationItem, PageData, ServiceWords } from './page.ts';
export { type Pagination, pagination } from './pagination.ts';
export { holdsAny, type Person, type Role, roles } from './person.ts';
export {
  admitKnown,
  type NewPerson,
  PostgresSessionStore,
  type SignInSchema,
  savePeople,
} from './postgres-sessions.ts';
export { notAllowed, notSignedIn, signInNotCompleted } from './refusals.ts';
export { safeReturnPath } from './return-path.ts';
export { InMemorySessionStore, type Notice, type SessionStore, type StoredSession } from './session-store.ts';
export { type Session, type SessionSettings, Sessions } from './sessions.ts';
export type { SharedPageFacts } from './shared-pages.ts';
export { type Admit, admitAsNamed, type Identity, type SignIn, type SignInStep } from './sign-in.ts';
export { defaultTheme, type Theme } from './theme.ts';
export { type WebPagesOptions, webPages } from './web-pages.ts';
export { codeLabel, countOf, inWords, readableNumber } from './wording.ts';
