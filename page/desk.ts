/** Brings together what the person chose, what the API says, and what is shown of it. */
import type { Api } from './api/api.ts';
import type { FeedStatus } from './api/types.ts';
import { Watches } from './live/watches.ts';
import type { Changes } from './model/bar-book.ts';
import { type Choices, keepChoices, readChoices, searchOf, themes } from './model/choices.ts';
import type { Config } from './model/config.ts';
import type { Keeper } from './model/keeper.ts';
import { noticeOf } from './model/notice.ts';
import { changeOf } from './model/numbers.ts';
import { Store } from './model/store.ts';
import { tradingDayOf } from './model/trading-day.ts';
import { Watchlist } from './model/watchlist.ts';
import { type Zone, zoneNames, zoneOf } from './model/zone.ts';
import { BarsView } from './view/bars-view.ts';
import { mark } from './view/dom.ts';
import { type Commands, listenToKeys } from './view/keyboard.ts';
import { showNotice } from './view/notice-view.ts';
import { Panels } from './view/panels.ts';
import { showQuiet } from './view/quiet.ts';
import { Reporter } from './view/reporter.ts';
import { SessionsView } from './view/sessions-view.ts';
import { Strip } from './view/strip.ts';
import { SymbolList } from './view/symbol-list.ts';
import { Toolbar } from './view/toolbar.ts';

/** Where an exchange is until the first status says it. */
const ANYWHERE = 'UTC';

export class Desk {
  readonly #choices: Store<Choices>;
  readonly #keeper: Keeper | undefined;
  readonly #watchlist: Watchlist;
  readonly #watches: Watches;
  readonly #bars: BarsView;
  readonly #list: SymbolList;
  readonly #strip: Strip;
  readonly #toolbar: Toolbar;
  readonly #panels = new Panels(isOpen => {
    this.#watches.followsSessions = isOpen;
    this.#show();
  });
  readonly #sessions = new SessionsView();
  readonly #reporter = new Reporter();
  readonly #localZone = zoneOf('local', ANYWHERE);
  /** The symbol last looked at, by feed. */
  readonly #lastSymbols = new Map<string, string>();
  #exchange = zoneOf('exchange', ANYWHERE);
  #zone: Zone = this.#exchange;

  constructor(api: Api, config: Config, keeper: Keeper | undefined) {
    this.#keeper = keeper;
    this.#watchlist = new Watchlist(keeper);
    this.#choices = new Store(readChoices(location.search, keeper));
    this.#bars = new BarsView(this.#zone, {
      onOldest: () => void this.#watches.bars?.older(),
      onNewest: isInSight => this.#toolbar.offerNewest(!isInSight),
    });
    const commands = this.#commands();
    listenToKeys(commands);
    this.#list = new SymbolList({
      onChoose: symbol => {
        this.#choices.set({ symbol });
        this.#panels.closeSymbols();
      },
      onWatch: symbol => this.#toggleWatched(symbol),
      onSight: symbols => this.#watches.quotes?.want(symbols),
      onSearch: prefix => this.#watches.search(prefix),
    });
    this.#strip = new Strip(config.runbook, feed => this.#chooseFeed(feed));
    this.#toolbar = new Toolbar({
      onTimeframe: commands.timeframe,
      onZone: zone => this.#choices.set({ zone }),
      onTable: commands.table,
      onSessions: commands.sessions,
      onTheme: commands.theme,
      onHelp: commands.help,
      onNewest: commands.newest,
      onOpenList: () => this.#panels.openSymbols(),
    });
    const pace = { poll: config.pollSeconds * 1_000, whole: config.wholeSeconds * 1_000 };
    this.#watches = new Watches(api, pace, {
      onChange: () => this.#show(),
      onBars: changes => this.#showBars(changes),
      onQuotes: () => this.#showQuotes(),
    });
    this.#choices.follow((now, before) => this.#onChoice(now, before));
    document.addEventListener('visibilitychange', () => {
      this.#watches.paused = document.hidden;
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#bars.chart.repaint());
    this.#onChoice(this.#choices.value);
  }

  #commands(): Commands {
    const chosen = () => this.#choices.value;
    const feeds = () => this.#watches.feeds.map(({ feed }) => feed);
    return {
      step: by => this.#list.step(by),
      filter: () => {
        this.#panels.openSymbols();
        this.#list.focusFilter();
      },
      timeframe: timeframe => this.#choices.set({ timeframe }),
      pan: places => this.#bars.chart.pan(places),
      zoom: factor => this.#bars.chart.zoom(factor),
      newest: () => this.#bars.chart.toNewest(),
      watch: () => this.#toggleWatched(chosen().symbol),
      table: () => this.#choices.set({ showsTable: !chosen().showsTable }),
      sessions: () => this.#panels.toggleSessions(),
      feed: () => this.#chooseFeed(nextOf(feeds(), chosen().feed)),
      zone: () => this.#choices.set({ zone: nextOf(zoneNames, chosen().zone) ?? 'exchange' }),
      theme: () => this.#choices.set({ theme: nextOf(themes, chosen().theme) ?? 'auto' }),
      help: () => this.#panels.toggleHelp(),
      close: () => this.#panels.closeAll(),
    };
  }

  /** Symbols belong to their feed: each shows the one last looked at. */
  #chooseFeed(feed: string | undefined): void {
    const { feed: before, symbol } = this.#choices.value;
    if (feed === undefined || feed === before) return;
    if (before !== undefined && symbol !== undefined) this.#lastSymbols.set(before, symbol);
    this.#choices.set({ feed, symbol: before === undefined ? symbol : this.#lastSymbols.get(feed) });
  }

  #toggleWatched(symbol: string | undefined): void {
    const { feed } = this.#choices.value;
    if (feed === undefined || symbol === undefined) return;
    this.#watchlist.toggle(feed, symbol);
    this.#show();
  }

  #onChoice(now: Choices, before?: Choices): void {
    mark(document.documentElement, 'data-theme', now.theme);
    this.#watches.follow(now);
    this.#setZone();
    if (now.theme !== before?.theme) this.#bars.chart.repaint();
    if (now.showsTable !== before?.showsTable) this.#bars.showTable(now.showsTable);
    this.#toolbar.show(now);
    keepChoices(now, this.#keeper);
    history.replaceState(null, '', searchOf(now));
    this.#show();
  }

  /** Everything but the bars. */
  #show(): void {
    this.#chooseWhatIsMissing();
    this.#setZone();
    const { feeds, symbols, server, refusal, hasBars, bars, quotes } = this.#watches;
    const { feed, symbol, timeframe } = this.#choices.value;
    const status = this.#status;
    this.#strip.show({ server, feeds, feed: status, zone: this.#zone });
    showQuiet(status, this.#zone);
    if (quotes) {
      quotes.dayOf = tradingDayOf(status?.market ?? '', this.#exchange);
      this.#list.show({ symbols, watched: this.#watchlist.of(feed), chosen: symbol, quotes });
    }
    showNotice(
      noticeOf({
        ...{ server, feed: status, symbol, timeframe, refusal, symbols: symbols?.length },
        ...{ bars: hasBars ? bars?.book.bars.length : undefined },
        ...{ exchange: this.#exchange, localZone: this.#localZone },
      }),
    );
    this.#reporter.report(server, status);
    this.#showHeading();
    this.#showSessions();
  }

  #showBars(changes: Changes): void {
    const { bars } = this.#watches;
    if (bars === undefined) return;
    const status = this.#status;
    this.#bars.show(
      {
        ...{ selection: bars.selection, book: bars.book, isFromBeginning: bars.isFromBeginning },
        dayOf: tradingDayOf(status?.market ?? '', this.#exchange),
        until: status?.isOpen ? bars.through : undefined,
        now: status?.now,
      },
      changes,
    );
    this.#reporter.say(this.#bars.tellOf(changes));
    if (bars.book.bars.length > 0) markOnce('first-candle');
    this.#show();
  }

  #showQuotes(): void {
    this.#list.refresh();
    this.#showHeading();
  }

  #showSessions(): void {
    const { sessions } = this.#watches;
    if (sessions === undefined) return;
    const [{ feed }, zone] = [this.#choices.value, this.#zone];
    const { trouble } = sessions;
    this.#sessions.show({ sessions: sessions.sessions, trouble, feed, zone, now: this.#status?.now });
  }

  #showHeading(): void {
    const { quotes, bars } = this.#watches;
    const { symbol } = this.#choices.value;
    const latest = symbol === undefined ? undefined : quotes?.latestOf(symbol);
    const last = latest?.minute?.close ?? bars?.book.bars.at(-1)?.close;
    const { decimals } = this.#bars;
    this.#toolbar.head({ symbol, last, change: changeOf(last, latest?.previousClose, decimals), decimals });
  }

  get #status(): FeedStatus | undefined {
    return this.#watches.feeds.find(({ feed }) => feed === this.#choices.value.feed);
  }

  /** A feed that is not there, or none: the first. No symbol: the first watched, or the first of the list. */
  #chooseWhatIsMissing(): void {
    const { feeds, symbols } = this.#watches;
    const { feed, symbol } = this.#choices.value;
    if (feeds.length > 0 && this.#status === undefined) this.#chooseFeed(feeds[0]?.feed);
    else if (symbol === undefined && symbols !== undefined && symbols.length > 0) {
      const [first = symbols[0]] = this.#watchlist.of(feed);
      this.#choices.set({ symbol: first });
    }
  }

  #setZone(): void {
    const timeZone = this.#status?.timeZone;
    if (timeZone !== undefined && timeZone !== this.#exchange.name)
      this.#exchange = zoneOf('exchange', timeZone);
    const { zone } = this.#choices.value;
    const chosen =
      zone === 'exchange' ? this.#exchange : zone === 'local' ? this.#localZone : zoneOf(zone, ANYWHERE);
    if (chosen.name === this.#zone.name) return;
    this.#zone = chosen;
    this.#bars.setZone(chosen);
  }
}

/** The one after it, and after the last one the first. */
function nextOf<T>(all: readonly T[], one: T | undefined): T | undefined {
  const at = one === undefined ? -1 : all.indexOf(one);
  return all[(at + 1) % all.length];
}

function markOnce(name: string): void {
  if (performance.getEntriesByName(name).length === 0) performance.mark(name);
}
