/** The channels that a feed may carry: the kinds of the vendor's events, each under one name in every market. */

/** `minutes` can be promised by watermarks; everything else is only passed on. */
export const channelNames = [
  'minutes',
  'seconds',
  'trades',
  'quotes',
  'fmv',
  'values',
  'luld',
  'imbalances',
  'books',
] as const;
export type ChannelName = (typeof channelNames)[number];
