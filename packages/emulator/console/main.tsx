import { render } from 'preact';
import { AppShell } from './app-shell.tsx';
import { followClock } from './emulator-time.ts';
import { startLiveFeed } from './live-feed.ts';

const root = document.getElementById('root');
if (root !== null) {
  startLiveFeed();
  followClock();
  render(<AppShell />, root);
}
