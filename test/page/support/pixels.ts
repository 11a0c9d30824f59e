/** What is drawn on the chart's canvases, told by colours that nothing else has. */
import type { Page } from 'playwright-core';

/** Colours of the style sheet to replace before the page is opened, such as `hatch`. */
export async function paint(page: Page, colours: Readonly<Record<string, string>>): Promise<void> {
  await page.addInitScript(replaced => {
    document.addEventListener('readystatechange', () => {
      for (const [name, colour] of Object.entries(replaced))
        document.documentElement.style.setProperty(`--${name}`, colour);
    });
  }, colours);
}

/** How many pixels of the chart are, within a little, of that colour. */
export function pixelsOf(page: Page, [red, green, blue]: readonly [number, number, number]): Promise<number> {
  return page.evaluate(
    ([r, g, b]) => {
      let count = 0;
      for (const canvas of document.querySelectorAll<HTMLCanvasElement>('#chart canvas')) {
        const copy = new OffscreenCanvas(canvas.width, canvas.height);
        const context = copy.getContext('2d', { willReadFrequently: true });
        if (context === null) throw new Error('no canvas to copy to');
        context.drawImage(canvas, 0, 0);
        const { data } = context.getImageData(0, 0, copy.width, copy.height);
        for (let n = 0; n < data.length; n += 4) {
          const off = (at: number, wanted: number) => Math.abs((data[n + at] ?? 0) - wanted);
          if (off(0, r) + off(1, g) + off(2, b) < 24 && (data[n + 3] ?? 0) > 250) count++;
        }
      }
      return count;
    },
    [red, green, blue] as const,
  );
}

/** Waits until so many pixels, at least or at most, are of that colour. */
export async function untilPixels(
  page: Page,
  colour: readonly [number, number, number],
  isEnough: (count: number) => boolean,
): Promise<void> {
  while (!isEnough(await pixelsOf(page, colour))) await page.waitForTimeout(20);
}

/** Remembers what the page writes on its canvases, newest last. */
export async function watchTexts(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const texts: string[] = [];
    Object.assign(window, { texts });
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (this: CanvasRenderingContext2D, ...text) {
      texts.push(text[0]);
      fillText.apply(this, text);
    };
  });
  return () => page.evaluate(() => Reflect.get(window, 'texts').splice(0));
}

/** Remembers how strongly the page lit bars up; its accent must be of that colour, `#rrggbb`. */
export async function watchFlashes(page: Page, accent: string): Promise<() => Promise<number[]>> {
  await page.addInitScript(colour => {
    const strengths: number[] = [];
    Object.assign(window, { strengths });
    const { fillRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillRect = function (this: CanvasRenderingContext2D, ...box) {
      if (this.fillStyle === colour && this.globalAlpha < 1) strengths.push(this.globalAlpha);
      fillRect.apply(this, box);
    };
  }, accent);
  return () => page.evaluate(() => Reflect.get(window, 'strengths'));
}
