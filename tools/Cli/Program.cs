using System.CommandLine;
using DataHub.Cli;
using DataHub.Cli.Commands;
using DataHub.FrontEnd.Pushing;
using DataHub.Kernel.Faults;
using Grpc.Core;
using Spectre.Console;

var root = new RootCommand("DataHub: data sharing and e-licences of one government centre.")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    PushCommand.Create(),
    AskCommand.Create(),
    LicenceCommands.Create(),
    CatalogCommands.Create(),
    QualityCommand.Create(),
    AccessCommands.Create(),
    AuthorityCommands.Create(),
    EnrolCommand.Create(),
    BenchCommands.Create(),
    DrillCommands.Create(),
    InteropServerCommand.Create(),
    KeysCommands.Create(),
    AuditCommands.Create(),
    ReceiptCommands.Create(),
};

if (Console.IsOutputRedirected)
{
    // A file or a pipe has no width of its own, and nobody wants control codes in it.
    AnsiConsole.Profile.Width = 200;
    AnsiConsole.Profile.Capabilities.Ansi = false;
}

try
{
    // Told to stop, a hub lets calls under way finish and stops its database in order; the library would end the process after two seconds.
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
}
catch (FaultException fault)
{
    return Refuse(fault);
}
catch (RpcException e)
{
    return Refuse(HubRefusal.IsHandshake(e) ? HubRefusal.CertificateRefused(e) : HubRefusal.ToFault(e));
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    return Refuse(CliFaults.Unusable(e));
}
catch (OperationCanceledException)
{
    return 130;
}

// One line: what is wrong and what would help.
static int Refuse(FaultException fault)
{
    Console.Error.WriteLine($"hub: {fault.Message.ReplaceLineEndings(" ")} [{fault.Code}]");
    return 1;
}
