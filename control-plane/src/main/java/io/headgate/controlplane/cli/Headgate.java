package io.headgate.controlplane.cli;

import io.headgate.fleet.codec.rule.GatewayDuration;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code headgate}. Its exit codes are {@link Exit}. */
@Command(
    name = "headgate",
    description = "Works with a Headgate fleet.",
    mixinStandardHelpOptions = true,
    version = "headgate 0.1.0",
    synopsisSubcommandLabel = "COMMAND")
public final class Headgate {
  private Headgate() {}

  public static void main(String[] arguments) {
    System.exit(run(Console.ofProcess(), arguments));
  }

  /** Runs one command and returns its exit code. */
  static int run(Console console, String... arguments) {
    return commands(console).execute(arguments);
  }

  /** Every command with its options. */
  static CommandLine commands(Console console) {
    CommandLine line =
        new CommandLine(new Headgate())
            .addSubcommand(new ApplyCommand(console))
            .addSubcommand(new GetCommand(console))
            .addSubcommand(new DeleteCommand(console))
            .addSubcommand(new ValidateCommand(console))
            .addSubcommand(new FleetCommand(console))
            .addSubcommand(new HygieneCommand(console))
            .addSubcommand(new ExplainCommand(console))
            .addSubcommand(new LogsCommand(console))
            .addSubcommand(new HostsCommand(console))
            .addSubcommand(
                new CommandLine(WeightCommand.group())
                    .addSubcommand(new WeightCommand.Set(console)))
            .addSubcommand(
                new CommandLine(DrainCommand.group()).addSubcommand(new DrainCommand.Host(console)))
            .addSubcommand(new WaitCommand(console))
            .addSubcommand(new RegisterCommand(console))
            .addSubcommand(new SourceCommands.Restore(console))
            .addSubcommand(new SourceCommands.AcceptEtcd(console))
            .addSubcommand(new HelpCommand());
    offerHelp(line);
    line.registerConverter(Duration.class, Headgate::duration);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(console.out());
    line.setErr(console.err());
    line.setExecutionExceptionHandler((failure, command, parsed) -> {
      if (failure instanceof CommandFailure known) {
        console.err().println(known.getMessage());
        console.err().flush();
        return known.exit().code();
      }
      console.err().println("unforeseen: " + failure);
      console.err().flush();
      return Exit.FAILURE.code();
    });
    return line;
  }

  /** Every command answers --help, not only the first. */
  private static void offerHelp(CommandLine line) {
    for (CommandLine command : line.getSubcommands().values()) {
      if (command.getCommandSpec().findOption("--help") == null) {
        command
            .getCommandSpec()
            .addOption(
                OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .type(boolean.class)
                    .description("Show this help.")
                    .build());
      }
      offerHelp(command);
    }
  }

  private static Duration duration(String text) {
    return GatewayDuration.parse(text)
        .orElseThrow(() ->
            new TypeConversionException(
                "'" + text + "' is not a duration; write it as 30s, 250ms or 1h30m"));
  }
}
