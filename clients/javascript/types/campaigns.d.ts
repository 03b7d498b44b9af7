/** The stats of a campaign, as the API names them; null omits an optional field. */
export interface Stats {
  totalSent?: number;
  totalDelivered?: number;
  uniqueOpens?: number;
  totalOpens?: number;
  uniqueClicks?: number;
  totalClicks?: number;
  unsubscribes?: number;
  bounces?: number;
  openRate?: number;
  clickRate?: number;
  lastUpdated?: string;
  botOpens?: number | null;
  botClicks?: number | null;
  mppOpens?: number | null;
}

/** How a campaign grows; the rates are those that it reaches after a month. */
export interface Growth {
  recipients: number;
  /** A date, or a time before now such as `-10m`. */
  sentAt: Date | string;
  refreshSeconds?: number;
  bounceRate?: number;
  openRate?: number;
  clickRate?: number;
  unsubscribeRate?: number;
  opensPerOpener?: number;
  clicksPerClicker?: number;
  mppShare?: number | null;
  botOpenShare?: number | null;
  botClickShare?: number | null;
}

/** A campaign in the format of fixture files: one of `stats`, `growth`, `reply` and `script`. */
export interface CampaignFile {
  id: string;
  title?: string;
  description?: string;
  [member: string]: unknown;
}
