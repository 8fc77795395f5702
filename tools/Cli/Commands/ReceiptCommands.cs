using System.CommandLine;
using System.Text.Json;
using DataHub.Crypto.Certificates;
using DataHub.Ledger.Receipts;
using Google.Protobuf;
using Receipt = DataHub.V1.Receipt;

namespace DataHub.Cli.Commands;

/// <summary><c>hub receipt</c>: what a caller can prove of an answer it got.</summary>
internal static class ReceiptCommands
{
    private const int NotProven = 2;

    public static Command Create() => new("receipt", "Receipts 回执.") { Verify() };

    private static Command Verify()
    {
        var file = new Argument<string>("file") { Description = "The receipt: the message Receipt, or its content, as bytes." };
        var request = new Option<string>("--request") { Description = "The request as sent, deterministic protobuf.", Required = true };
        var answer = new Option<string>("--answer") { Description = "The answer as received but for the receipt in it, deterministic protobuf.", Required = true };
        var root = new Option<string?>("--root") { Description = "PEM file with the P-256 root certificates to trust (default: those in the hub's data folder)." };
        var data = DataFolders.Option();
        var json = new Option<bool>("--json") { Description = "Print the verdict as JSON." };
        var command = new Command("verify", "Verify a receipt, offline; exit code 0 only when it proves this request and this answer, 2 when it does not.") { file, request, answer, root, data, json };
        command.SetAction(parsed =>
        {
            var roots = TlsTrust.ReadRoots(parsed.GetValue(root) ?? RootFiles.OfTls(parsed.GetRequiredValue(data)));
            var verdict = ReceiptVerifier.Verify(
                ContentOf(CliFiles.Bytes(parsed.GetRequiredValue(file))), CliFiles.Bytes(parsed.GetRequiredValue(request)), CliFiles.Bytes(parsed.GetRequiredValue(answer)), roots);
            Console.WriteLine(parsed.GetValue(json) ? Json(verdict) : Text(verdict));
            return verdict.IsValid ? 0 : NotProven;
        });
        return command;
    }

    private static byte[] ContentOf(byte[] bytes)
    {
        try
        {
            // A receipt begins with its version, 1, which no field of a message does.
            return Receipt.Parser.ParseFrom(bytes) is { Content.IsEmpty: false } message ? message.Content.ToByteArray() : bytes;
        }
        catch (InvalidProtocolBufferException)
        {
            return bytes;
        }
    }

    private static string Text(ReceiptVerdict verdict) => verdict is { IsValid: true, Entry: { } entry, Leaf: { } leaf }
        ? $"VALID 回执有效: {entry.Method} by {entry.Account} for case {entry.CaseNo ?? "-"}, outcome {entry.Outcome}, leaf {leaf.Id} of {leaf.At.UtcDateTime:O}"
        : $"{verdict.Outcome.ToString().ToUpperInvariant()} {InChinese(verdict.Outcome)}: the receipt does not prove this answer";

    private static string InChinese(ReceiptOutcome outcome) => outcome switch
    {
        ReceiptOutcome.Form => "格式错误",
        ReceiptOutcome.Chain => "证书链不可信",
        ReceiptOutcome.Signature => "签名无效",
        ReceiptOutcome.Path => "存证路径不符",
        ReceiptOutcome.Commitment => "与请求或答复不符",
        _ => "有效",
    };

    private static string Json(ReceiptVerdict verdict) => JsonSerializer.Serialize(new
    {
        valid = verdict.IsValid,
        outcome = verdict.Outcome.ToString().ToUpperInvariant(),
        method = verdict.Entry?.Method,
        account = verdict.Entry?.Account,
        caseNo = verdict.Entry?.CaseNo,
        result = verdict.Entry?.Outcome,
        leaf = verdict.Leaf?.Id,
        at = verdict.Leaf?.At,
    });
}
