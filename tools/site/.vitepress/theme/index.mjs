// The default theme with the system's own fonts: nothing is fetched, and a page is there at once.
import theme from 'vitepress/theme-without-fonts';
import './style.css';

export default theme;
