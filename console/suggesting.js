// Questions that a table can surely answer, from its columns and its profile.

const NUMBERS = ["integer", "decimal"], GROUPS = ["category", "text", "boolean"];
const NAMES_THINGS = /(^|[ _-])(id|ids|key|uuid|code|no|nr|num|number|zip|phone)$|[a-z]id$|[a-z]I[dD]$/;
const MOST_GROUPS = 50; // more are a list to scroll through, and no answer
const SEVERAL = 2; // rows for each value of a column to group by, on average: fewer, and it nearly names the rows

export function suggested(table, profile, isOne) {
  const distinct = (column) => profile.columns?.[column.name]?.distinct ?? 0;
  const number = table.columns.find((column) => NUMBERS.includes(column.type) && isMeasure(column, distinct(column), table.rows));
  const group = table.columns.find((column) => GROUPS.includes(column.type) && isGroup(column, distinct(column), table.rows));
  return [
    isOne ? "How many rows are there?" : `How many rows are in ${table.name}?`,
    number ? `What is the average ${number.name}${group ? ` per ${group.name}` : ""}?` : null,
    number ? `What is the maximum ${number.name}?` : null,
  ].filter(Boolean);
}

// Whole numbers that are all different number the rows, whatever they are called; measured ones may well differ.
function isMeasure(column, distinct, rows) {
  return distinct > 1 && !NAMES_THINGS.test(column.name) && !(column.type === "integer" && distinct >= rows);
}

function isGroup(column, distinct, rows) {
  return distinct > 1 && distinct <= MOST_GROUPS && distinct * SEVERAL <= rows && !NAMES_THINGS.test(column.name);
}
