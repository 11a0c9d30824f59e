/** Candles, the day's VWAP and volume over one time axis. */
import {
  CrosshairMode,
  createChartEx,
  type HistogramData,
  HistogramSeries,
  LineStyle,
  type Time,
  type WhitespaceData,
} from 'lightweight-charts';
import { priceText, shortVolume } from '../model/numbers.ts';
import type { DayAverage } from '../model/running-vwap.ts';
import { type Band, type Point, sessionBands, uncoveredBands } from '../model/timeline.ts';
import type { Zone } from '../model/zone.ts';
import { Bands } from './bands.ts';
import { type Candle, Candles } from './candles.ts';
import { Flash } from './flash.ts';
import { type Palette, readPalette } from './palette.ts';
import { timeOf } from './units.ts';
import { ZonedScale } from './zoned-scale.ts';

/** What is drawn. */
export interface Picture {
  readonly points: readonly Point[];
  /** The day's VWAP at each point. */
  readonly vwap: readonly DayAverage[];
  /** Digits after the point of prices. */
  readonly decimals: number;
}

export interface ChartEvents {
  /** The pointer is at that point; undefined when it left. */
  onPoint(point: Point | undefined): void;
  /** The oldest point is in sight, or nearly. */
  onOldest(): void;
  /** The newest point came into sight, or left it. */
  onNewest(isInSight: boolean): void;
}

/** Places from the oldest at which more is fetched. */
const NEAR = 20;
/** Room for the marks and, below them, the sessions' names, px. */
const AXIS_HEIGHT = 44;
/** Share of the height that is volume's. */
const VOLUME_SHARE = 0.18;

export class PriceChart {
  readonly #scale: ZonedScale;
  readonly #chart;
  readonly #candles;
  readonly #volume;
  readonly #bands: readonly Bands[];
  readonly #flash: Flash;
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  #palette: Palette = readPalette();
  #picture: Picture = { points: [], vwap: [], decimals: 2 };
  #sessions: readonly Band[] = [];
  #uncovered: readonly Band[] = [];

  constructor(place: HTMLElement, zone: Zone, events: ChartEvents) {
    this.#scale = new ZonedScale(zone);
    this.#chart = createChartEx<Time, ZonedScale>(place, this.#scale, {
      autoSize: true,
      layout: { attributionLogo: false, fontFamily: 'system-ui, sans-serif', fontSize: 11 },
      crosshair: { mode: CrosshairMode.Normal },
      rightPriceScale: {
        borderVisible: false,
        scaleMargins: { top: 0.1, bottom: 0.06 },
        minimumWidth: 68,
        entireTextOnly: true,
      },
      timeScale: {
        ...{ borderVisible: false, timeVisible: true, secondsVisible: false, minimumHeight: AXIS_HEIGHT },
        ...{ rightOffset: 4, barSpacing: 9, minBarSpacing: 1.5, tickMarkFormatter: this.#scale.markText },
      },
      localization: { locale: 'en-US', timeFormatter: this.#scale.crosshairText },
      kineticScroll: { touch: !this.#still.matches, mouse: false },
    });
    this.#candles = this.#chart.addCustomSeries<Candle, ReturnType<Candles['defaultOptions']>>(
      new Candles(() => this.#palette),
      { priceLineStyle: LineStyle.Dotted },
    );
    this.#volume = this.#chart.addSeries(
      HistogramSeries,
      {
        ...{ priceLineVisible: false, lastValueVisible: false },
        priceFormat: { type: 'custom', formatter: shortVolume, minMove: 1 },
      },
      1,
    );
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.12, bottom: 0 } });
    this.#chart.panes()[0]?.setStretchFactor(1 - VOLUME_SHARE);
    this.#chart.panes()[1]?.setStretchFactor(VOLUME_SHARE);
    const backdrop = () => this.#backdrop();
    this.#bands = [new Bands(backdrop, true), new Bands(backdrop, false)];
    const [behindPrices, behindVolume] = this.#bands;
    if (behindPrices) this.#candles.attachPrimitive(behindPrices);
    if (behindVolume) this.#volume.attachPrimitive(behindVolume);
    this.#flash = new Flash(
      () => {
        for (const bands of this.#bands) bands.redraw();
      },
      () => this.#still.matches,
    );
    this.#chart.subscribeCrosshairMove(({ logical, point }) =>
      events.onPoint(point && logical !== undefined ? this.#picture.points[logical] : undefined),
    );
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange(range => {
      const { length } = this.#picture.points;
      if (!range || length === 0) return;
      if (range.from < NEAR) events.onOldest();
      events.onNewest(range.to >= length - 1);
    });
    this.repaint();
  }

  show(picture: Picture): void {
    if (picture.decimals !== this.#picture.decimals) this.#setDecimals(picture.decimals);
    this.#picture = picture;
    this.#sessions = sessionBands(picture.points);
    this.#uncovered = uncoveredBands(picture.points);
    this.#setData();
  }

  /** Lights the bars that start then. */
  flash(starts: Iterable<number>): void {
    this.#flash.light(starts);
  }

  /** Puts the axis into another zone. */
  setZone(zone: Zone): void {
    this.#scale.zone = zone;
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    this.#candles.setData([]);
    this.#volume.setData([]);
    this.#setData();
    if (range) this.#chart.timeScale().setVisibleLogicalRange(range);
  }

  /** Moves by so many places, back for less than 0. */
  pan(places: number): void {
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    if (range)
      this.#chart.timeScale().setVisibleLogicalRange({ from: range.from + places, to: range.to + places });
  }

  /** Shows that many times as much, around the newest point in sight. */
  zoom(factor: number): void {
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    if (range)
      this.#chart
        .timeScale()
        .setVisibleLogicalRange({ from: range.to - (range.to - range.from) * factor, to: range.to });
  }

  toNewest(): void {
    this.#chart.timeScale().resetTimeScale();
  }

  /** Takes the colours of the theme that is in force now. */
  repaint(): void {
    this.#palette = readPalette();
    const { surface, muted, line } = this.#palette;
    this.#chart.applyOptions({
      layout: { background: { color: surface }, textColor: muted, panes: { separatorColor: line } },
      grid: { vertLines: { visible: false }, horzLines: { color: line } },
      crosshair: {
        vertLine: { color: muted, labelBackgroundColor: muted },
        horzLine: { color: muted, labelBackgroundColor: muted },
      },
    });
    this.#setData();
  }

  #setDecimals(decimals: number): void {
    const priceFormat = {
      type: 'custom' as const,
      formatter: (price: number) => priceText(price, decimals),
      minMove: 10 ** -decimals,
    };
    this.#candles.applyOptions({ priceFormat });
  }

  #setData(): void {
    const { points, vwap } = this.#picture;
    const { up, down, 'up-soft': upSoft, 'down-soft': downSoft } = this.#palette;
    const candles: (Candle | WhitespaceData<Time>)[] = [];
    const volumes: (HistogramData<Time> | WhitespaceData<Time>)[] = [];
    for (const [n, { start, bar }] of points.entries()) {
      const time = timeOf(start);
      const isUp = bar && bar.close >= bar.open;
      const { value, joins = false } = vwap[n] ?? {};
      candles.push(bar ? { time, bar, vwap: value, joins, color: isUp ? up : down } : { time });
      volumes.push(bar ? { time, value: bar.volume, color: isUp ? upSoft : downSoft } : { time });
    }
    this.#candles.setData(candles);
    this.#volume.setData(volumes);
  }

  #backdrop() {
    const flashes = new Map<number, number>();
    for (const start of this.#flash.starts) {
      const place = this.#picture.points.findIndex(point => point.start === start);
      if (place >= 0) flashes.set(place, this.#flash.strengthOf(start));
    }
    const [sessions, uncovered, palette] = [this.#sessions, this.#uncovered, this.#palette];
    return { sessions, uncovered, flashes, palette };
  }
}
