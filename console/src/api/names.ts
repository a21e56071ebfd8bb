/** The contract's nouns by their own names. */
import type { components } from "./gen/schema";

type Schemas = components["schemas"];

export type Agent = Schemas["Agent"];
export type AgentFigures = Schemas["AgentFigures"];
export type Article = Schemas["Article"];
export type Attachment = Schemas["Attachment"];
export type Briefing = Schemas["Briefing"];
export type ChannelKind = Schemas["ChannelKind"];
export type Classification = Schemas["Classification"];
export type Clock = Schemas["Clock"];
export type ClockKind = Schemas["ClockKind"];
export type Conversation = Schemas["Conversation"];
export type ConversationStatus = Schemas["Conversation.Status"];
export type HandoverCause = Schemas["HandoverCause"];
export type Customer = Schemas["Customer"];
export type Dashboard = Schemas["GetDashboardResponse"];
export type Headline = Schemas["Headline"];
export type Holder = Schemas["Holder"];
export type Message = Schemas["Message"];
export type MessageState = Schemas["MessageState"];
export type Outcome = Schemas["Outcome"];
export type Point = Schemas["Point"];
export type Sentiment = Schemas["Sentiment"];
export type Team = Schemas["Team"];
export type Then = Schemas["PostMessageRequest.Then"];
export type Ticket = Schemas["Ticket"];
export type TicketStatus = Schemas["Ticket.Status"];
export type Tier = Schemas["Tier"];
export type UnansweredQuestion = Schemas["UnansweredQuestion"];
export type Urgency = Schemas["Urgency"];
