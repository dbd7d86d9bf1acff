package io.headgate.fleet.codec.document;

import io.headgate.fleet.codec.document.Node.Entry;
import io.headgate.fleet.codec.document.Node.Mapping;
import io.headgate.fleet.codec.document.Node.Scalar;
import io.headgate.fleet.codec.document.Node.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML 1.2 (core schema) into a tree with lines.
 *
 * <p>An alias shares the node of its anchor; the size of a node counts what aliases stand for, so a
 * text that unfolds into too much is refused before anybody walks it. Tags other than the core
 * schema's and merge keys are not known.
 */
public final class YamlTree {
  // YAML 1.2.2 section 10.3.2.
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern NULL = Pattern.compile("null|Null|NULL|~|");

  private final Iterator<Event> events;
  private final Limits limits;
  private final int firstLine;
  private final Map<Anchor, Node> anchors = new HashMap<>();
  private int line;
  private long nodes;

  private YamlTree(Iterator<Event> events, Limits limits, int firstLine) {
    this.events = events;
    this.limits = limits;
    this.firstLine = firstLine;
    this.line = firstLine;
  }

  /**
   * Reads every document of a text; documents that hold nothing are left out.
   *
   * @param firstLine the number of the text's first line
   */
  public static List<Node> parse(String text, int firstLine, Limits limits) throws SyntaxError {
    if (text.length() > limits.chars()) {
      throw new SyntaxError(
          0, "is longer than " + limits.chars() + " characters", "split it into smaller files");
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(limits.chars() + 1)
            .setParseComments(false)
            .setUseMarks(true)
            .build();
    YamlTree tree =
        new YamlTree(new Parse(settings).parseString(text).iterator(), limits, firstLine);
    try {
      return tree.documents();
    } catch (MarkedYamlEngineException e) {
      throw new SyntaxError(
          tree.lineOf(e.getProblemMark()),
          "is not YAML: " + e.getProblem(),
          tabHint(e.getProblem()));
    } catch (YamlEngineException e) {
      throw new SyntaxError(tree.line, "is not YAML: " + e.getMessage(), "");
    }
  }

  private static String tabHint(String problem) {
    return problem.contains("TAB") ? "indent with spaces" : "";
  }

  private List<Node> documents() throws SyntaxError {
    List<Node> documents = new ArrayList<>();
    while (events.hasNext()) {
      Event event = next();
      switch (event.getEventId()) {
        case DocumentStart -> {
          anchors.clear();
          Node root = node(next(), 0);
          if (!root.isNull()) {
            documents.add(root);
          }
        }
        case StreamStart, StreamEnd, DocumentEnd -> {}
        case Alias, Comment, MappingEnd, MappingStart, Scalar, SequenceEnd, SequenceStart ->
            throw new SyntaxError(line, "is not YAML: unexpected " + event.getEventId(), "");
      }
    }
    return documents;
  }

  private Event next() {
    Event event = events.next();
    line = lineOf(event.getStartMark());
    return event;
  }

  private int lineOf(Optional<Mark> mark) {
    return mark.map(m -> m.getLine() + firstLine).orElse(line);
  }

  private void count(long size) throws SyntaxError {
    nodes += size;
    if (nodes > limits.nodes()) {
      throw new SyntaxError(
          line, "holds more than " + limits.nodes() + " values, aliases written out", "");
    }
  }

  private Node node(Event event, int depth) throws SyntaxError {
    if (depth > limits.depth()) {
      throw new SyntaxError(line, "is nested deeper than " + limits.depth() + " levels", "");
    }
    if (event instanceof AliasEvent alias) {
      Node target = anchors.get(alias.getAlias());
      if (target == null) {
        throw new SyntaxError(
            line, "the alias *" + alias.getAlias() + " has no finished anchor before it", "");
      }
      count(target.size());
      return target;
    }
    count(1);
    Node node =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar);
          case MappingStartEvent start -> mapping(start, depth);
          case SequenceStartEvent start -> sequence(start, depth);
          default ->
              throw new SyntaxError(line, "is not YAML: unexpected " + event.getEventId(), "");
        };
    if (event instanceof NodeEvent anchored) {
      anchored.getAnchor().ifPresent(a -> anchors.put(a, node));
    }
    return node;
  }

  private Mapping mapping(MappingStartEvent start, int depth) throws SyntaxError {
    checkTag(start.getTag().orElse(null), "tag:yaml.org,2002:map");
    int startLine = line;
    long size = 1;
    List<Entry> entries = new ArrayList<>();
    for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
      int keyLine = line;
      if (!(node(event, depth + 1) instanceof Scalar key)) {
        throw new SyntaxError(keyLine, "has a key that is not a plain name", "");
      }
      Node value = node(next(), depth + 1);
      size += value.size();
      entries.add(new Entry(key.text(), keyLine, value));
    }
    return new Mapping(entries, startLine, size);
  }

  private Sequence sequence(SequenceStartEvent start, int depth) throws SyntaxError {
    checkTag(start.getTag().orElse(null), "tag:yaml.org,2002:seq");
    int startLine = line;
    long size = 1;
    List<Node> items = new ArrayList<>();
    for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
      Node item = node(event, depth + 1);
      size += item.size();
      items.add(item);
    }
    return new Sequence(items, startLine, size);
  }

  private Scalar scalar(ScalarEvent event) throws SyntaxError {
    String text = event.getValue();
    String tag = event.getTag().orElse(null);
    if (tag != null) {
      checkTag(tag, "tag:yaml.org,2002:str");
      return new Scalar(text, Node.Type.STRING, line);
    }
    return event.isPlain() ? plain(text) : new Scalar(text, Node.Type.STRING, line);
  }

  private Scalar plain(String text) {
    if (NULL.matcher(text).matches()) {
      return new Scalar("null", Node.Type.NULL, line);
    } else if (BOOLEAN.matcher(text).matches()) {
      return new Scalar(text.toLowerCase(java.util.Locale.ROOT), Node.Type.BOOLEAN, line);
    } else if (INTEGER.matcher(text).matches()) {
      return new Scalar(text, Node.Type.INTEGER, line);
    } else if (FLOAT.matcher(text).matches()) {
      return new Scalar(text, Node.Type.FLOAT, line);
    }
    return new Scalar(text, Node.Type.STRING, line);
  }

  private void checkTag(@Nullable String tag, String known) throws SyntaxError {
    if (tag != null && !tag.equals(known) && !tag.equals("!")) {
      throw new SyntaxError(line, "has the unknown tag " + tag, "remove the tag");
    }
  }
}
