import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useViewKeys } from './view-keys.ts';

/** Rows above and below what is seen that are there already when one scrolls. */
const SPARE_ROWS = 6;

/**
 * A list of any length, of which only what is seen is in the page. The newest row is the first: whoever has scrolled down, or has a row selected and in
 * sight, goes on seeing the same rows while new ones come in above. `j` and `k` select the next and the previous row wherever the focus is.
 */
export function WindowedList({
  label,
  keys,
  rowHeight,
  selected,
  onSelect,
  children,
}: {
  readonly label: string;
  /** What identifies each row, first row first. */
  readonly keys: readonly number[];
  readonly rowHeight: number;
  readonly selected: number | undefined;
  readonly onSelect: (key: number) => void;
  readonly children: (index: number) => ComponentChildren;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const anchor = useRef<{ key: number; offset: number } | undefined>(undefined);

  const look = (): void => {
    const element = box.current;
    if (element === null) return;
    const { scrollTop: top, clientHeight: height } = element;
    const first = Math.floor(top / rowHeight);
    const key = keys[first];
    const at = selected === undefined ? -1 : indexOf(keys, selected);
    const isSelectedSeen = at >= 0 && (at + 1) * rowHeight > top && at * rowHeight < top + height;
    const isLive = top < rowHeight / 2 && !isSelectedSeen;
    anchor.current = isLive || key === undefined ? undefined : { key, offset: top - first * rowHeight };
    setView((last) => (last.top === top && last.height === height ? last : { top, height }));
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  });
  useLayoutEffect(() => {
    const element = box.current;
    const kept = anchor.current;
    if (element === null || kept === undefined) return;
    const index = indexOf(keys, kept.key);
    if (index < 0) return;
    const top = index * rowHeight + kept.offset;
    if (Math.abs(top - element.scrollTop) < 1) return;
    element.scrollTop = top;
    // Not only when the browser tells of it, a frame later: until then the rows that are seen would be missing.
    look();
  }, [keys, rowHeight]);
  // What is selected decides whether the list stands still, too.
  useLayoutEffect(look, [selected, rowHeight]);

  const select = (index: number): void => {
    const key = keys[Math.max(0, Math.min(keys.length - 1, index))];
    const element = box.current;
    if (key === undefined || element === null) return;
    onSelect(key);
    const top = indexOf(keys, key) * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  };
  const current = selected === undefined ? -1 : indexOf(keys, selected);
  useViewKeys({ j: () => select(current + 1), k: () => select(current - 1) });
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
    const target: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: keys.length - 1,
    };
    const index = target[event.key];
    if (index === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    select(index);
  };

  const first = Math.max(0, Math.floor(view.top / rowHeight) - SPARE_ROWS);
  const last = Math.min(keys.length, Math.ceil((view.top + view.height) / rowHeight) + SPARE_ROWS);
  const rows: JSX.Element[] = [];
  for (let index = first; index < last; index += 1) {
    const key = keys[index];
    if (key === undefined) continue;
    rows.push(
      <div
        key={key}
        id={`row-${String(key)}`}
        class="row"
        role="option"
        aria-selected={key === selected}
        aria-posinset={index + 1}
        aria-setsize={keys.length}
        style={{ top: `${String(index * rowHeight)}px`, height: `${String(rowHeight)}px` }}
        onClick={() => onSelect(key)}
      >
        {children(index)}
      </div>,
    );
  }
  const isSelectedThere = selected !== undefined && rows.some(({ key }) => key === selected);
  return (
    <div
      ref={box}
      class="windowed"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={isSelectedThere ? `row-${String(selected)}` : undefined}
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      <div class="windowed-rows" role="presentation" style={{ height: `${String(keys.length * rowHeight)}px` }}>
        {rows}
      </div>
    </div>
  );
}

/** Keys fall from the first to the last row, so half of them can be left out at every look. */
function indexOf(keys: readonly number[], key: number): number {
  let [low, high] = [0, keys.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = keys[middle] ?? 0;
    if (found === key) return middle;
    if (found > key) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
