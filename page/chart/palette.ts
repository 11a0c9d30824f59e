/** The colours of the theme in force, read from the style sheet for what is drawn on canvas. */

export type Colour =
  | 'surface'
  | 'text'
  | 'muted'
  | 'line'
  | 'accent'
  | 'up'
  | 'down'
  | 'up-soft'
  | 'down-soft'
  | 'session-pre'
  | 'session-post'
  | 'session-closed'
  | 'hatch';
export type Palette = Readonly<Record<Colour, string>>;

export function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colourOf = (name: Colour) => {
    probe.style.color = `var(--${name})`;
    return style.color;
  };
  const palette = {
    surface: colourOf('surface'),
    text: colourOf('text'),
    muted: colourOf('muted'),
    line: colourOf('line'),
    accent: colourOf('accent'),
    up: colourOf('up'),
    down: colourOf('down'),
    'up-soft': colourOf('up-soft'),
    'down-soft': colourOf('down-soft'),
    'session-pre': colourOf('session-pre'),
    'session-post': colourOf('session-post'),
    'session-closed': colourOf('session-closed'),
    hatch: colourOf('hatch'),
  };
  probe.remove();
  return palette;
}
