// The small parts that screens are made of.
import { useEffect, useRef, useState } from "preact/hooks";
import { place, remember } from "../router.js";

/** A word with a colour and a shape, so that it is told apart without colour too. */
export function Chip({ tone = "idle", children, title }) {
  return (
    <span class={`chip ${tone}`} title={title}>
      <i aria-hidden="true" />
      {children}
    </span>
  );
}

export function Tile({ label, value, tone = "", note }) {
  return (
    <div class={`tile ${tone}`}>
      <b>{value}</b>
      <span>{label}</span>
      {note && <small>{note}</small>}
    </div>
  );
}

export function Empty({ children }) {
  return <p class="empty">{children}</p>;
}

export function Trouble({ problem }) {
  if (!problem) return null;
  return (
    <div class="trouble" role="alert">
      {problem.message}
      {problem.violations?.length > 0 && (
        <ul>
          {problem.violations.map((violation) => (
            <li>
              <code>{violation.path}</code> {violation.reason}
              {violation.fix && <em> – {violation.fix}</em>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/**
 * A table that sorts by its heads and filters by text; both stand in the link. `columns`: {id, head, cell, sort?, number?}.
 * Rows come worst first from the caller; without a chosen column that order stays.
 */
export function Table({ name, columns, rows, filter, href, keyOf }) {
  const { query } = place.value;
  const [by, direction] = (query.get(`${name}.sort`) ?? "").split(".");
  const wanted = (query.get(`${name}.find`) ?? "").toLowerCase();
  let shown = wanted ? rows.filter((row) => filter(row).toLowerCase().includes(wanted)) : rows;
  const column = columns.find((each) => each.id === by);
  if (column?.sort) {
    shown = [...shown].sort((a, b) => {
      const [x, y] = [column.sort(a), column.sort(b)];
      const order = typeof x === "number" ? x - y : String(x).localeCompare(String(y));
      return direction === "down" ? -order : order;
    });
  }
  const turn = (id) => {
    const next = by !== id ? `${id}.up` : direction === "up" ? `${id}.down` : "";
    remember(`${name}.sort`, next);
  };
  return (
    <div class="table">
      {filter && rows.length > 5 && (
        <input
          type="search"
          placeholder="filter"
          aria-label={`filter ${name}`}
          value={query.get(`${name}.find`) ?? ""}
          onInput={(event) => remember(`${name}.find`, event.currentTarget.value)}
        />
      )}
      <table>
        <thead>
          <tr>
            {columns.map((each) => (
              <th
                class={each.number ? "number" : ""}
                aria-sort={by === each.id ? (direction === "down" ? "descending" : "ascending") : undefined}
              >
                {each.sort ? <button onClick={() => turn(each.id)}>{each.head}</button> : each.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((each, index) => (
                <td class={each.number ? "number" : ""}>
                  {index === 0 && href ? <a href={href(row)}>{each.cell(row)}</a> : each.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A modal form; Escape and the veil close it, the first field has the focus. */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
    return () => dialog.current?.close();
  }, []);
  return (
    <dialog ref={dialog} onCancel={onClose} onClick={(event) => event.target === dialog.current && onClose()}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

/** A form that runs a mutation, shows its problem and closes when it went through. */
export function Action({ title, submit, run, onClose, danger, children }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const go = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await run(new FormData(event.currentTarget));
      onClose();
    } catch (caught) {
      setProblem(caught);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={go}>
        {children}
        <label>
          Reason, for the audit log
          <input name="reason" maxlength="500" placeholder="why" autocomplete="off" />
        </label>
        <Trouble problem={problem} />
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class={danger ? "danger" : "primary"} disabled={busy}>
            {submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
