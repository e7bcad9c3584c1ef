/** The heading of a month: how many photos it has, and a click that selects them. */

const MONTH = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric" });

/** @param {string} month such as `2026-11` @param {string} count in words */
export function monthHeading(month, count) {
  const cell = document.createElement("div");
  cell.role = "rowheader";
  const title = document.createElement("button");
  title.type = "button";
  title.className = "plain month";
  title.title = "Select this month";
  title.dataset.month = month;
  title.textContent = MONTH.format(new Date(`${month}-15T12:00:00`));
  const heading = document.createElement("h2");
  heading.append(title);
  const counted = document.createElement("span");
  counted.className = "count";
  counted.textContent = count;
  cell.append(heading, counted);
  return cell;
}
