/** US stocks with a session through the night, as a configuration would add it. */
import { type MarketRules, marketRules } from '../../runtime/markets/market.ts';

/** Overnight trading from Sunday 20:00 to Friday 20:00 New York time, between the post and the pre session. */
export const stocksWithOvernight: MarketRules = {
  ...marketRules.stocks,
  sessions: [
    { name: 'overnight', opens: '20:00', opensDayBefore: true, closes: '04:00' },
    ...marketRules.stocks.sessions,
  ],
};
