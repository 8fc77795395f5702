// A record here is what a department sends, not what the test framework calls one; schemas are the declared ones.
global using Record = DataHub.V1.Record;
global using ResourceSchema = DataHub.Kernel.Resources.ResourceSchema;
