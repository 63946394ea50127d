/** What REST answers with, by the names the console uses; the types themselves are generated from OpenAPI. */
import type { components } from "./rest.generated";

type Schemas = components["schemas"];

export type SessionBody = Schemas["SessionView"];
export type IntentBody = Schemas["IntentView"];
export type CatalogueBody = Schemas["CatalogueView"];
export type IntentDetailBody = Schemas["IntentDetailView"];
export type IntentEditBody = Schemas["IntentEditBody"];
export type DifferenceBody = Schemas["DifferenceView"];
export type ChangeBody = Schemas["ChangeView"];
export type ChangesBody = Schemas["ChangeList"];
export type CatalogueFileBody = Schemas["CatalogueFile"];
export type ImportBody = Schemas["ImportView"];
export type ExampleBody = Schemas["ExampleView"];
export type ExamplesBody = Schemas["ExamplePage"];
export type ModelBody = Schemas["ModelView"];
export type ModelsBody = Schemas["ModelList"];
export type RunBody = Schemas["RunView"];
export type RunsBody = Schemas["RunList"];
export type HistoryBody = Schemas["ConversationList"];
export type ContactBody = Schemas["ContactView"];
export type ContactsBody = Schemas["ContactPage"];
export type ContactCountsBody = Schemas["ContactCounts"];
export type FoundBody = Schemas["FoundConversation"];
export type FoundPageBody = Schemas["FoundPage"];
export type EndingBody = Schemas["EndingView"];
export type LabelledBody = Schemas["LabelledMessages"];
export type ProposalBody = Schemas["ProposalView"];
export type ProposalsBody = Schemas["ProposalList"];
export type AccountBody = Schemas["Account"];
export type AccountsBody = Schemas["AccountList"];
export type InvitationBody = Schemas["InvitationView"];
export type NewLinkBody = Schemas["NewLink"];
export type LinkBody = Schemas["LinkView"];
export type OpenSessionBody = Schemas["OpenSessionView"];
export type OpenSessionsBody = Schemas["OpenSessionList"];
export type WordsBody = Schemas["DecisionWords"];
